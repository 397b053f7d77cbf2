/** Milliseconds. */
export interface SettleTiming {
  /** A file counts once it held still for this long, */
  readonly settle: number
  /** or, where it never does, after this long. */
  readonly longest: number
}

export const settleTiming: SettleTiming = { settle: 2_000, longest: 60_000 }

interface Unsettled {
  /** When it was seen to change first, and last. */
  readonly first: number
  last: number
}

/** Tells which files of a folder have changed from one look to the next, each once it holds still. Times are milliseconds. */
export class FolderChanges {
  readonly #timing: SettleTiming
  /** Null before the first look, which is what later ones are compared with. */
  #known: ReadonlyMap<string, string> | null = null
  readonly #unsettled = new Map<string, Unsettled>()

  constructor(timing: SettleTiming = settleTiming) {
    this.#timing = timing
  }

  /** How many files were there; null before the first look. */
  get known(): number | null {
    return this.#known?.size ?? null
  }

  /** Whether something has changed and does not hold still yet. */
  get restless(): boolean {
    return this.#unsettled.size > 0
  }

  /** One look: what is known of each file, by its path. Returns the paths that count as changed now; a file that is gone at once. */
  look(found: ReadonlyMap<string, string>, now: number): string[] {
    const known = this.#known
    this.#known = found
    if (known === null) return []
    for (const [path, facts] of found) {
      if (known.get(path) !== facts) this.#note(path, now)
    }
    const gone = [...known.keys()].filter(path => !found.has(path))
    for (const path of gone) this.#unsettled.delete(path)
    return [...gone, ...this.#settled(now)]
  }

  #note(path: string, now: number): void {
    const unsettled = this.#unsettled.get(path)
    if (unsettled === undefined) this.#unsettled.set(path, { first: now, last: now })
    else unsettled.last = now
  }

  #settled(now: number): string[] {
    const settled: string[] = []
    for (const [path, { first, last }] of this.#unsettled) {
      if (now - last < this.#timing.settle && now - first < this.#timing.longest) continue
      settled.push(path)
      this.#unsettled.delete(path)
    }
    return settled
  }
}
