import type { KnownSnapshot } from './known-snapshot.ts'

/**
 * What must be in a repository, and what may have become of it while an action runs: an action says first what it is about to do,
 * and then what it has been told to be done. What was told must hold, whatever happens next.
 */
export class Changes {
  readonly #expected: Map<string, KnownSnapshot>
  readonly #mayGo = new Map<string, KnownSnapshot | null>()
  readonly #mayCome: KnownSnapshot[] = []

  constructor(expected: Map<string, KnownSnapshot>) {
    this.#expected = expected
  }

  /** A snapshot is about to be removed. */
  going(id: string): void {
    this.#mayGo.set(id, null)
  }

  gone(id: string): void {
    this.#mayGo.delete(id)
    this.#expected.delete(id)
  }

  /** A snapshot is about to be written. */
  coming(snapshot: KnownSnapshot): void {
    this.#mayCome.push(snapshot)
  }

  came(snapshot: KnownSnapshot, id: string): void {
    this.#mayCome.splice(this.#mayCome.indexOf(snapshot), 1)
    this.#expected.set(id, snapshot)
  }

  /** A snapshot is about to take another one's place. */
  replacing(id: string, by: KnownSnapshot): void {
    this.#mayGo.set(id, by)
    this.#mayCome.push(by)
  }

  replaced(id: string, by: KnownSnapshot, as: string): void {
    this.gone(id)
    this.came(by, as)
  }

  /** All is begun anew, after it was interrupted: what may have come may come once more. */
  again(): void {
    this.#mayCome.push(...this.#mayCome.map(each => ({ ...each })))
  }

  /** What may be gone; where it is, what must be in its place. */
  get mayGo(): ReadonlyMap<string, KnownSnapshot | null> {
    return this.#mayGo
  }

  get mayCome(): readonly KnownSnapshot[] {
    return this.#mayCome
  }
}
