/** Something that is opened once for all who wait for it, and given up as soon as nobody does. */
export class SharedOpening<Opened> {
  readonly #stop = new AbortController()
  readonly #opening: Promise<Opened>
  readonly #unwanted: (opened: Opened) => void
  #opened: Opened | null = null
  #isOver = false
  #waiting = 0

  /** `unwanted` takes what was opened although nobody waits any more, or the last one left in that very moment. */
  constructor(open: (signal: AbortSignal) => Promise<Opened>, unwanted: (opened: Opened) => void) {
    this.#unwanted = unwanted
    this.#opening = open(this.#stop.signal)
    this.#opening.then(
      opened => {
        this.#opened = opened
        if (this.#waiting === 0) unwanted(opened)
      },
      () => {
        this.#isOver = true
      },
    )
  }

  /** It failed, or was given up: whoever comes now opens another. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Null until it is open. */
  get opened(): Opened | null {
    return this.#opened
  }

  /** Throws what opening it throws, or the signal's reason: others go on waiting. */
  async wait(signal: AbortSignal): Promise<Opened> {
    signal.throwIfAborted()
    this.#waiting += 1
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    try {
      const opened = await Promise.race([this.#opening, left.promise])
      this.#waiting -= 1
      return opened
    } catch (error) {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#giveUp()
      throw error
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  /** What was opened, once that is known; null where it failed. */
  async settled(): Promise<Opened | null> {
    return await this.#opening.catch(() => null)
  }

  #giveUp(): void {
    this.#isOver = true
    if (this.#opened === null) this.#stop.abort()
    else this.#unwanted(this.#opened)
  }
}
