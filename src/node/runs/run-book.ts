import type { LiveRuns, NewRun, RunEnd } from './live-runs.ts'
import type { Run, RunState } from './run.ts'
import { openRunOf, type RunStore } from './run-store.ts'

export interface RunBookParts {
  readonly live: LiveRuns
  readonly store: RunStore
  /** Aborts when the node ends. */
  readonly ended: AbortSignal
}

interface Stopper {
  /** As the journal writes them. */
  readonly by: string
  readonly ended: PromiseWithResolvers<Run>
}

/** The runs as they are shown, as they are kept over a crash, and what stops each. */
export class RunBook {
  readonly #parts: RunBookParts
  readonly #stops = new Map<string, AbortController>()
  readonly #stoppers = new Map<string, Stopper>()

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

  /** Keeps it over a crash, as it is now. */
  note(run: Run, ignoreQuiet: boolean): void {
    this.#parts.store.put(openRunOf(run, ignoreQuiet))
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

  /** Stops what goes on; returns how it ended, which is with a result where it had one already. Null where it cannot be stopped, or not any more. */
  async stop(id: string, by: string): Promise<Run | null> {
    const stop = this.#stops.get(id)
    if (stop === undefined) return null
    const stopper = { by, ended: Promise.withResolvers<Run>() }
    this.#stoppers.set(id, stopper)
    stop.abort()
    return stopper.ended.promise
  }

  /** What the node's own end interrupts stays in the store: it is marked, and read again, at the next start. */
  end(id: string, how: RunEnd): Run {
    const { live, store, ended } = this.#parts
    const stopper = this.#stoppers.get(id)
    this.#stoppers.delete(id)
    // nobody waits for the end of what has ended
    this.#stops.delete(id)
    const isInterrupted = how.outcome === 'interrupted'
    if (!isInterrupted || stopper !== undefined || !ended.aborted) store.remove(id)
    const run = live.end(id, isInterrupted && stopper !== undefined ? { ...how, stoppedBy: stopper.by } : how)
    if (run === null) throw new Error(`there is no run ${id}`)
    stopper?.ended.resolve(run)
    return run
  }

  /** Ends it before it had begun. */
  drop(id: string, stoppedBy?: string): Run {
    const how = { outcome: 'interrupted', version: null, error: null } as const
    return this.end(id, stoppedBy === undefined ? how : { ...how, stoppedBy })
  }
}
