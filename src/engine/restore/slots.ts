/** Lets a limited number be under way; who waits longest goes first. The limit may change while some are. */
export class Slots {
  readonly #waiting: (() => void)[] = []
  #limit: number
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  set limit(limit: number) {
    this.#limit = limit
    this.#admit()
  }

  /** Give it back with `leave`. */
  async enter(): Promise<void> {
    if (this.#taken < this.#limit && this.#waiting.length === 0) {
      this.#taken += 1
      return
    }
    await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  leave(): void {
    this.#taken -= 1
    this.#admit()
  }

  #admit(): void {
    while (this.#taken < this.#limit) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#taken += 1
      next()
    }
  }
}
