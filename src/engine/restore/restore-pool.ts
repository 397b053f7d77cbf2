import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { errorOf } from '../workers/failure.ts'
import {
  type FromRestoreWorker,
  JobRunner,
  type RestoreJob,
  type RestoreSetup,
  type ResultOf,
  type ToRestoreWorker,
} from './restore-job.ts'

interface Running {
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  readonly running: Map<number, Running>
}

/** Jobs that a thread has at the same time: one that it does, and the next one. */
const perThread = 2

/** Does the jobs of a restore: in this thread, until `start` makes others, one for each core. */
export class RestorePool implements AsyncDisposable {
  readonly #setup: RestoreSetup
  readonly #waiting: (() => void)[] = []
  #here: JobRunner | null = null
  #threads: Thread[] = []
  #number = 0

  constructor(setup: RestoreSetup) {
    this.#setup = setup
  }

  /** Jobs that are worth having under way. */
  get atOnce(): number {
    return Math.max(1, this.#threads.length * perThread)
  }

  start(): void {
    if (this.#threads.length > 0) return
    this.#threads = Array.from({ length: Math.max(1, availableParallelism()) }, () => this.#thread())
  }

  /** Where there are threads, buffers in `transfer` are handed over. Throws the system's errors, as a job does. */
  async run<Job extends RestoreJob>(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<ResultOf<Job>> {
    if (this.#threads.length === 0) {
      this.#here ??= new JobRunner(this.#setup)
      return this.#here.run(job) as ResultOf<Job>
    }
    for (;;) {
      const free = this.#threads.reduce((least, each) => (each.running.size < least.running.size ? each : least))
      if (free.running.size < perThread) return await this.#post(free, job, transfer)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  /** Ends the threads once they have done what they are doing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#threads.map(async ({ worker }) => {
        const ended = once(worker, 'exit')
        worker.ref()
        worker.postMessage(null)
        await ended
      }),
    )
    this.#threads = []
  }

  async #post<Job extends RestoreJob>(
    thread: Thread,
    job: Job,
    transfer: readonly ArrayBuffer[],
  ): Promise<ResultOf<Job>> {
    this.#number += 1
    const number = this.#number
    thread.worker.ref()
    return await new Promise<ResultOf<Job>>((resolve, reject) => {
      thread.running.set(number, { resolve, reject })
      thread.worker.postMessage({ number, job } satisfies ToRestoreWorker, [...transfer])
    })
  }

  #thread(): Thread {
    // The same file is TypeScript here and JavaScript in the published library.
    const module = new URL(`./restore-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
    const worker = new Worker(module, { workerData: this.#setup, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
    const thread: Thread = { worker, running: new Map() }
    worker.on('message', (message: FromRestoreWorker) => this.#receive(thread, message))
    worker.on('error', error => {
      for (const { reject } of thread.running.values()) reject(error)
      thread.running.clear()
    })
    worker.unref()
    return thread
  }

  #receive({ worker, running }: Thread, message: FromRestoreWorker): void {
    const job = running.get(message.number)
    running.delete(message.number)
    if (running.size === 0) worker.unref()
    this.#waiting.shift()?.()
    if ('result' in message) job?.resolve(message.result as never)
    else job?.reject(errorOf(message.failure))
  }
}
