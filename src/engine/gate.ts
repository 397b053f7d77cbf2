/** Lets a limited number in at the same time; of those who wait, the one who came last goes first. */
export class Gate {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(places: number) {
    this.#free = places
  }

  /** Disposing of what it resolves to gives the place back. */
  async enter(): Promise<Disposable> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    return { [Symbol.dispose]: () => this.#leave() }
  }

  #leave(): void {
    const next = this.#waiting.pop()
    if (next === undefined) this.#free += 1
    else next()
  }
}
