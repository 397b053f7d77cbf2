import type { Worker } from 'node:worker_threads'
import { startWorker } from './start-worker.ts'

/** Threads of `blob-worker.ts` that load their code while something else is waited for. Those that nobody took end with the disposal. */
export class SpareThreads implements AsyncDisposable {
  readonly #threads = new Set<Worker>()

  constructor(count: number) {
    for (let i = 0; i < count; i += 1) {
      const thread = startThread()
      this.#threads.add(thread)
      // One that ends before its time is taken by nobody: the next one tells why.
      thread.once('error', () => this.#threads.delete(thread))
    }
  }

  /** A thread that waits for its setup. */
  take(): Worker {
    const [thread = startThread()] = this.#threads
    this.#threads.delete(thread)
    return thread
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#threads].map(thread => thread.terminate()))
  }
}

function startThread(): Worker {
  const thread = startWorker('blob-worker', import.meta.url)
  thread.unref()
  return thread
}
