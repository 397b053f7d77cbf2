import type { JournalLine } from '../archive/journal-event.ts'
import { BlackstartError } from '../errors.ts'
import type { JournalFollower } from './follow-journal.ts'
import type { Clock } from './schedule/clock.ts'

export interface JournalWatchParts {
  readonly follower: JournalFollower
  readonly clock: Clock
  /** Aborts when the node ends. */
  readonly ended: AbortSignal
  readonly onLines: (lines: readonly JournalLine[]) => void
  /** Told once each time that the chain is found to be broken. */
  readonly onBroken: (message: string) => void
  /** Takes work that goes on beside everything else. */
  readonly go: (work: Promise<unknown>) => void
}

/** Milliseconds between two walks through the whole journal. */
const walkEvery = 3_600_000

/** Follows the journal, and says whether its chain holds: at its end at each look, in the whole now and then. */
export class JournalWatch {
  readonly #parts: JournalWatchParts
  /** Of the end, as it is followed; null while it is sound. */
  #end: string | null = null
  /** Of what lies before. */
  #chain: string | null = null
  #walking = false
  #walkedAt = Number.NEGATIVE_INFINITY

  constructor(parts: JournalWatchParts) {
    this.#parts = parts
  }

  /** Why the journal cannot be trusted until somebody acts; null where its chain holds. */
  broken(): string | null {
    return this.#chain ?? this.#end
  }

  async look(): Promise<void> {
    const { follower, onLines } = this.#parts
    this.#end = await this.#brokenBy(this.#end, () => follower.look(onLines))
    await this.#walkWhereDue()
  }

  /** At the start, each hour, and where the journal was changed and not only grew: beside everything else, for it may be long. */
  async #walkWhereDue(): Promise<void> {
    const { follower, clock, go } = this.#parts
    const isDue = clock.elapsed() - this.#walkedAt > walkEvery
    if (!(await follower.mayHaveChanged()) && !isDue) return
    if (this.#walking) return
    this.#walking = true
    this.#walkedAt = clock.elapsed()
    go(this.#walk().finally(() => (this.#walking = false)))
  }

  async #walk(): Promise<void> {
    const { follower, ended } = this.#parts
    try {
      this.#chain = await this.#brokenBy(this.#chain, () => follower.verify(ended))
    } catch (error) {
      if (!ended.aborted) throw error
    }
  }

  /** What is wrong with the chain, as `check` finds it; null where nothing is. Told where it was `before` null. */
  async #brokenBy(before: string | null, check: () => Promise<void>): Promise<string | null> {
    try {
      await check()
      return null
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      if (before === null) this.#parts.onBroken(error.message)
      return error.message
    }
  }
}
