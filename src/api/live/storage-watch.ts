import type { SiteNode } from '../../node/site-node.ts'
import { countStorage, type StorageCount } from '../../node/views/storage-account.ts'

/** Milliseconds. */
const countEvery = 10 * 60_000

/** Counts the storage now and then, never while a request waits for it. */
export class StorageWatch implements AsyncDisposable {
  readonly #node: SiteNode
  readonly #onTrouble: (error: unknown) => void
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #counting: Promise<void> = Promise.resolve()
  #count: StorageCount | null = null

  constructor(node: SiteNode, first: number, onTrouble: (error: unknown) => void) {
    this.#node = node
    this.#onTrouble = onTrouble
    this.#next(first)
  }

  newest(): StorageCount | null {
    return this.#count
  }

  /** Counts anew now: more, or less, is there than a moment ago. */
  soon(): void {
    clearTimeout(this.#timer)
    this.#counting = this.#counting.then(() => this.#run())
    void this.#counting.finally(() => this.#next(countEvery))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    clearTimeout(this.#timer)
    await this.#counting
  }

  #next(wait: number): void {
    clearTimeout(this.#timer)
    if (this.#stop.signal.aborted) return
    this.#timer = setTimeout(() => {
      this.#counting = this.#run().finally(() => this.#next(countEvery))
    }, wait)
    this.#timer.unref()
  }

  async #run(): Promise<void> {
    try {
      const archive = this.#node.archive({ name: 'node', from: null })
      this.#count = await countStorage(archive, this.#node.judged(), this.#stop.signal)
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#onTrouble(error)
    }
  }
}
