/** How much may be taken: `perSecond` on and on, and `burst` at once. `now` is in milliseconds, of a clock that nobody sets. */
export class Allowance {
  readonly #perSecond: number
  readonly #burst: number
  readonly #now: () => number
  #left: number
  #filled: number

  constructor(perSecond: number, burst: number, now: () => number) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#now = now
    this.#left = burst
    this.#filled = now()
  }

  /** Whether none is left now. */
  get empty(): boolean {
    const now = this.#now()
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#filled) * this.#perSecond) / 1000)
    this.#filled = now
    return this.#left < 1
  }

  /** Takes one; false where there is none left. */
  take(): boolean {
    if (this.empty) return false
    this.#left -= 1
    return true
  }
}
