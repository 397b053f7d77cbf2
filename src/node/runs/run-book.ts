import type { LiveRuns, NewRun } from './live-runs.ts'
import type { Run, RunState } from './run.ts'
import { openRunOf, type RunStore } from './run-store.ts'

export interface RunBookParts {
  readonly live: LiveRuns
  readonly store: RunStore
  /** Aborts when the node ends. */
  readonly ended: AbortSignal
}

export type RunEnd = Pick<Run, 'outcome' | 'version' | 'error'> & { readonly bytes?: number }

/** The runs as they are shown, as they are kept over a crash, and what stops each. */
export class RunBook {
  readonly #parts: RunBookParts
  readonly #stops = new Map<string, AbortController>()

  constructor(parts: RunBookParts) {
    this.#parts = parts
  }

  /** Newest first. */
  all(): readonly Run[] {
    return this.#parts.live.all()
  }

  /** Captures that have not begun, by item. */
  waiting(): ReadonlyMap<string, Run> {
    return new Map(this.#parts.live.waiting().map(run => [run.item, run]))
  }

  add(run: NewRun): Run {
    return this.#parts.live.add(run)
  }

  /** Keeps it over a crash, as it is now. `version`: of a write-back, the one that is to be written. */
  note(run: Run, ignoreQuiet: boolean, version: string | null = run.version): void {
    this.#parts.store.put({ ...openRunOf(run, ignoreQuiet), version })
  }

  /** Null where it was taken back meanwhile. */
  begin(id: string, expectedBytes: number | null): Run | null {
    return this.#parts.live.begin(id, expectedBytes)
  }

  enter(id: string, state: RunState): Run | null {
    return this.#parts.live.enter(id, state)
  }

  read(id: string, bytes: number, files: number): void {
    this.#parts.live.read(id, bytes, files)
  }

  /** Aborts when somebody stops the run; until `settle` it can be stopped. */
  stoppable(id: string): AbortSignal {
    const stop = new AbortController()
    this.#stops.set(id, stop)
    return stop.signal
  }

  settle(id: string): void {
    this.#stops.delete(id)
  }

  /** False where it cannot be stopped, or not any more. */
  stop(id: string): boolean {
    const stop = this.#stops.get(id)
    stop?.abort()
    return stop !== undefined
  }

  /** What the node's own end interrupts stays in the store: it is marked, and read again, at the next start. */
  end(id: string, how: RunEnd): Run {
    const { live, store, ended } = this.#parts
    if (how.outcome !== 'interrupted' || !ended.aborted) store.remove(id)
    const run = live.end(id, how)
    if (run === null) throw new Error(`there is no run ${id}`)
    return run
  }

  /** Ends it before it had begun. */
  drop(id: string): Run {
    return this.end(id, { outcome: 'interrupted', version: null, error: null })
  }
}
