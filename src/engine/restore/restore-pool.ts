import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { errorOf } from '../workers/failure.ts'
import { startWorker } from '../workers/start-worker.ts'
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
  /** Resolves when the thread has ended, for whatever reason. */
  readonly ended: Promise<unknown>
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
  #failure: { readonly error: unknown } | null = null

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
      if (this.#failure !== null) throw this.#failure.error
      const free = this.#threads.reduce((least, each) => (each.running.size < least.running.size ? each : least))
      if (free.running.size < perThread) return await this.#post(free, job, transfer)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  /** Ends the threads once they have done what they are doing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#threads.map(async ({ worker, ended }) => {
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
    const worker = startWorker('restore-worker', import.meta.url, this.#setup)
    const ended = once(worker, 'exit').catch(() => undefined) // its error is heard below
    worker.on('message', (message: FromRestoreWorker) => this.#receive(thread, message))
    worker.on('error', error => this.#fail(error))
    worker.unref()
    const thread: Thread = { worker, running: new Map(), ended }
    return thread
  }

  /** A thread that ended by itself: nothing of this restore can be relied on. */
  #fail(error: unknown): void {
    this.#failure ??= { error }
    for (const { running } of this.#threads) {
      for (const { reject } of running.values()) reject(error)
      running.clear()
    }
    for (const wake of this.#waiting.splice(0)) wake()
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
