import type { Clock } from '../schedule/clock.ts'
import type { Run, RunProgress, RunReason, RunState } from './run.ts'

/** Ended runs are shown for an hour, and no more than so many. */
const keepFor = 3_600_000
const keepMost = 2_000
/** Milliseconds between two reports of a run that only read on. */
const reportEvery = 500
/** Milliseconds over which the rate is counted. */
const rateOver = 5_000

export interface NewRun {
  readonly item: string
  readonly does: Run['does']
  readonly reason: RunReason
  /** Of the version before; null where there is none. */
  readonly expectedBytes: number | null
  /** Of a write-back: the version that is to be written. */
  readonly version?: string
}

export type RunEnd = Pick<Run, 'outcome' | 'version' | 'error'> & {
  readonly bytes?: number
  /** Absent: nobody. */
  readonly stoppedBy?: string
}

/** The runs of this process: those that wait or go on, and those that ended within the last hour. */
export class LiveRuns {
  readonly #clock: Clock
  readonly #random: (n: number) => Uint8Array
  readonly #onChange: (run: Run) => void
  readonly #runs = new Map<string, Run>()
  readonly #rates = new Map<string, Rate>()

  constructor(clock: Clock, random: (n: number) => Uint8Array, onChange: (run: Run) => void) {
    this.#clock = clock
    this.#random = random
    this.#onChange = onChange
  }

  /** Newest first. */
  all(): readonly Run[] {
    this.#forget()
    return [...this.#runs.values()].reverse()
  }

  waiting(): readonly Run[] {
    return [...this.#runs.values()].filter(({ state, does }) => state === 'waiting' && does === 'capture')
  }

  get(id: string): Run | null {
    return this.#runs.get(id) ?? null
  }

  add({ item, does, reason, expectedBytes, version }: NewRun): Run {
    const asked = this.#now()
    const id = `${asked.replaceAll(/[-:.]/g, '')}-${Buffer.from(this.#random(4)).toString('hex')}`
    const progress = { bytes: 0, files: 0, expectedBytes, bytesPerSecond: null }
    const run: Run = {
      ...{ id, item, does, reason, state: 'waiting', asked, begun: null, ended: null, progress },
      ...{ outcome: null, stoppedBy: null, version: version ?? null, error: null },
    }
    return this.#put(run)
  }

  /** Null where it was taken back meanwhile. */
  begin(id: string, expectedBytes: number | null): Run | null {
    const run = this.#runs.get(id)
    if (run === undefined || run.state === 'ended') return null
    const progress = { ...run.progress, expectedBytes }
    return this.#put({ ...run, state: 'reading', begun: this.#now(), progress })
  }

  enter(id: string, state: RunState): Run | null {
    const run = this.#runs.get(id)
    return run === undefined ? null : this.#put({ ...run, state, begun: run.begun ?? this.#now() })
  }

  /** What was read so far; told to others now and then. */
  read(id: string, bytes: number, files: number): void {
    const run = this.#runs.get(id)
    if (run === undefined || run.state === 'ended') return
    const rate = this.#rates.get(id) ?? new Rate(this.#clock.elapsed())
    this.#rates.set(id, rate)
    const now = this.#clock.elapsed()
    const progress: RunProgress = { ...run.progress, bytes, files, bytesPerSecond: rate.at(now, bytes) }
    const changed = { ...run, progress }
    this.#runs.set(id, changed)
    if (!rate.isDue(now)) return
    this.#onChange(changed)
  }

  end(id: string, how: RunEnd): Run | null {
    const run = this.#runs.get(id)
    if (run === undefined) return null
    this.#rates.delete(id)
    const { outcome, version, error, bytes, stoppedBy = null } = how
    const progress = bytes === undefined ? run.progress : { ...run.progress, bytes }
    return this.#put({ ...run, outcome, stoppedBy, version, error, progress, state: 'ended', ended: this.#now() })
  }

  #put(run: Run): Run {
    this.#runs.set(run.id, run)
    this.#forget()
    this.#onChange(run)
    return run
  }

  #forget(): void {
    const oldest = this.#clock.wall() - keepFor
    let ended = [...this.#runs.values()].filter(({ state }) => state === 'ended')
    ended = ended.filter((run, at) => ended.length - at > keepMost || Date.parse(run.ended ?? '') < oldest)
    for (const { id } of ended) this.#runs.delete(id)
  }

  #now(): string {
    return new Date(this.#clock.wall()).toISOString()
  }
}

class Rate {
  #reported: number
  #from: { readonly at: number; readonly bytes: number }
  #last: number | null = null

  constructor(now: number) {
    this.#reported = now
    this.#from = { at: now, bytes: 0 }
  }

  /** Bytes per second; null within the first second. */
  at(now: number, bytes: number): number | null {
    const span = now - this.#from.at
    if (bytes < this.#from.bytes)
      this.#from = { at: now, bytes } // another attempt
    else if (span >= 1_000) this.#last = Math.round(((bytes - this.#from.bytes) / span) * 1_000)
    if (span >= rateOver) this.#from = { at: now, bytes }
    return this.#last
  }

  isDue(now: number): boolean {
    if (now - this.#reported < reportEvery) return false
    this.#reported = now
    return true
  }
}
