import { createHash } from 'node:crypto'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { RunReason } from '../runs/run.ts'
import type { Clock } from './clock.ts'
import { type ItemPace, nextDue, quietEnd } from './next-due.ts'

/** `trouble`: the repository or the disk; nothing can be stored, whatever is read. `login-refused`: a device locks whoever tries too often. */
export type ReadEnd = 'read' | 'failed' | 'login-refused' | 'trouble' | 'interrupted'

export interface SchedulerParts {
  readonly clock: Clock
  /** How many devices are read at once. */
  concurrency(): number
  pace(of: AssetItem): ItemPace
  /** When the item was last captured, with or without success, in epoch milliseconds; null when never. */
  lastCapture(item: string): number | null
  /** Reads the item now; ends when its device is free again. */
  read(of: AssetItem, reason: RunReason, asked: Asked | null): Promise<ReadEnd>
  /** A mistake of ours: the scheduler goes on. */
  onMistake(error: unknown): void
}

/** What somebody, or a trigger, asked for. */
export interface Asked {
  readonly reason: RunReason
  readonly ignoreQuiet: boolean
  readonly run: string
}

interface State {
  of: AssetItem
  device: string
  /** Epoch milliseconds. */
  due: number
  /** Of the newest reading. */
  begun: number
  /** The end of the quiet time in which it fell due. */
  notBefore: number
  reason: RunReason
  /** The next time after `due`: until then it has to be read. */
  latest: number
  asked: Asked | null
  /** Something was asked for again while it was read. */
  again: Asked | null
  running: boolean
  /** It is read elsewhere, or otherwise, than what is read now. */
  moved: boolean
  failures: number
}

/** What the clock is set by, at one look, to be counted as set and not as drift. Milliseconds. */
const jump = 2_000
/** Milliseconds: a clock that is set meanwhile is noticed that soon. */
const longestWait = 60_000
/** Nothing is begun for so long after nothing could be stored. Milliseconds. */
const troublePause = 60_000
const firstRetry = 5 * 60_000
const longestRetry = 3_600_000

/**
 * Decides when each item is read: at its interval, counted from when it was due and not from when it was read, outside its quiet
 * windows, one at a time on each device, the most pressing first. Times are held against the clock that nobody sets: when the
 * other one is set, nothing is read sooner or later for it. What fell due while the machine was asleep is caught up with, the most
 * pressing first, and its next times are spread.
 */
export class Scheduler {
  readonly #parts: SchedulerParts
  readonly #states = new Map<string, State>()
  /** Due, and not begun; sorted when `#unsorted` is false. */
  #ready: State[] = []
  #unsorted = false
  readonly #busy = new Set<string>()
  #running = 0
  /** No item that waits for its time is due before. */
  #earliest = Number.NEGATIVE_INFINITY
  #offset: number
  #asleep: number
  #heldUntil = Number.NEGATIVE_INFINITY
  #timezone = 'UTC'
  #wake = Promise.withResolvers<void>()
  #freed = Promise.withResolvers<void>()

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    this.#offset = parts.clock.wall() - parts.clock.elapsed()
    this.#asleep = parts.clock.asleep()
  }

  /**
   * The items from now on. Those that were there before keep their time, unless they are read elsewhere now: those are due. What is
   * read now is read to its end. Returns the runs that
   * were asked for, and whose items are there no more.
   */
  replace(items: readonly AssetItem[], timezone: string): readonly string[] {
    this.#timezone = timezone
    const gone = new Set(this.#states.keys())
    const now = this.#parts.clock.wall()
    for (const of of items) {
      gone.delete(of.id)
      const known = this.#states.get(of.id)
      if (known === undefined) this.#states.set(of.id, this.#begin(of, now))
      else this.#change(known, of, now)
    }
    const dropped = [...gone].flatMap(id => pendingOf(this.#states.get(id)))
    for (const id of gone) this.#states.delete(id)
    this.#ready = this.#ready.filter(state => this.#states.get(state.of.id) === state)
    this.#earliest = Number.NEGATIVE_INFINITY
    this.#wakeUp()
    return dropped
  }

  #change(state: State, of: AssetItem, now: number): void {
    state.moved ||= sourceOf(state.of) !== sourceOf(of)
    state.of = of
    if (state.running) return
    state.device = deviceOf(of)
    state.notBefore = Number.NEGATIVE_INFINITY
    if (state.moved) {
      this.#settle(state, now, { kind: 'catch-up' })
      return
    }
    const pace = this.#parts.pace(of)
    const planned = Math.min(state.due, now + pace.interval)
    if (planned <= now) return
    // its interval may be shorter now, and a change window may close before
    const { at, closing } = this.#next(state, pace, planned - pace.interval, now)
    if (at < state.due) this.#settle(state, at, closing ? { kind: 'window' } : { kind: 'schedule' })
  }

  /** Reads it as soon as its device is free. False where it waits for that already: whoever asked first is served. */
  ask(item: string, asked: Asked): boolean {
    const state = this.#states.get(item)
    if (state === undefined) return false
    if (state.running) {
      if (state.again !== null) return false
      state.again = asked
      return true
    }
    if (state.asked !== null) return false
    state.asked = asked
    state.notBefore = Number.NEGATIVE_INFINITY
    this.#unsorted = true
    this.#earliest = Number.NEGATIVE_INFINITY
    this.#wakeUp()
    return true
  }

  /** Takes back what was asked for and has not begun. False where it has, or was not asked. */
  takeBack(run: string): boolean {
    for (const state of this.#states.values()) {
      if (state.asked?.run === run && !state.running) {
        state.asked = null
        return true
      }
      if (state.again?.run === run) {
        state.again = null
        return true
      }
    }
    return false
  }

  /** By item; epoch milliseconds. */
  due(): ReadonlyMap<string, number> {
    return new Map([...this.#states].map(([id, { due }]) => [id, due]))
  }

  /** How many are due and wait, and for how many milliseconds the longest has. */
  late(): { readonly waiting: number; readonly longest: number } {
    const now = this.#parts.clock.wall()
    return {
      waiting: this.#ready.length,
      longest: this.#ready.reduce((most, { due }) => Math.max(most, now - due), 0),
    }
  }

  /** Waits until nothing is read on the item's device, and keeps it for the caller. */
  async reserve(of: AssetItem, signal: AbortSignal): Promise<Disposable> {
    const device = deviceOf(of)
    while (this.#busy.has(device)) {
      signal.throwIfAborted()
      await Promise.race([this.#freed.promise, this.#parts.clock.wait(longestWait, signal)])
    }
    signal.throwIfAborted()
    this.#busy.add(device)
    return { [Symbol.dispose]: () => this.#free(device) }
  }

  /** Runs until `signal` aborts; ends when nothing is read any more. */
  async run(signal: AbortSignal): Promise<void> {
    const going = new Set<Promise<void>>()
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers()
      const next = this.#look(run => {
        going.add(run)
        void run.finally(() => going.delete(run))
      })
      const wait = Math.min(Math.max(next - this.#parts.clock.wall(), 0), longestWait)
      const stop = new AbortController()
      const waited = this.#parts.clock.wait(wait, AbortSignal.any([signal, stop.signal]))
      await Promise.race([waited, this.#wake.promise])
      stop.abort()
    }
    await Promise.all(going)
  }

  /** Begins what can be begun; returns when to look again. */
  #look(onBegin: (run: Promise<void>) => void): number {
    const now = this.#parts.clock.wall()
    this.#mindJump(now)
    if (now >= this.#earliest) this.#gather(now)
    if (now < this.#heldUntil) return this.#heldUntil
    if (this.#unsorted) this.#ready.sort((a, b) => pressing(a) - pressing(b))
    this.#unsorted = false
    const left: State[] = []
    for (const state of this.#ready) {
      if (readyAt(state) > now) this.#earliest = Math.min(this.#earliest, readyAt(state))
      else if (this.#running >= this.#parts.concurrency() || this.#busy.has(state.device)) left.push(state)
      else if (!this.#isPostponed(state, now)) onBegin(this.#read(state, now))
    }
    this.#ready = left
    return this.#earliest
  }

  /** Those whose time has come. */
  #gather(now: number): void {
    const ready = new Set(this.#ready)
    let earliest = Number.POSITIVE_INFINITY
    for (const state of this.#states.values()) {
      if (state.running || ready.has(state)) continue
      const at = readyAt(state)
      if (at > now) earliest = Math.min(earliest, at)
      else {
        this.#ready.push(state)
        this.#unsorted = true
      }
    }
    this.#earliest = earliest
  }

  /** What is asked for inside a quiet time waits for its end, too. */
  #isPostponed(state: State, now: number): boolean {
    if (state.asked?.ignoreQuiet) return false
    const end = quietEnd(state.of, Temporal.Instant.fromEpochMilliseconds(now), this.#timezone)
    if (end === null) return false
    state.notBefore = end.epochMilliseconds
    this.#earliest = Math.min(this.#earliest, state.notBefore)
    return true
  }

  async #read(state: State, now: number): Promise<void> {
    const { asked, of, device } = state
    const reason = asked?.reason ?? state.reason
    state.asked = null
    state.begun = now
    state.moved = false
    if (asked !== null) state.due = now
    state.running = true
    this.#running += 1
    this.#busy.add(device)
    let end: ReadEnd = 'trouble'
    try {
      end = await this.#parts.read(of, reason, asked)
    } catch (error) {
      this.#parts.onMistake(error)
    }
    state.running = false
    this.#running -= 1
    try {
      this.#after(state, end, reason)
    } catch (error) {
      this.#parts.onMistake(error)
    } finally {
      this.#free(device)
    }
  }

  /** Settles when the item is read next. */
  #after(state: State, end: ReadEnd, reason: RunReason): void {
    const now = this.#parts.clock.wall()
    this.#mindJump(now)
    const { begun, due } = state
    state.asked = state.again
    state.again = null
    state.device = deviceOf(state.of)
    if (this.#states.get(state.of.id) !== state) return
    if (state.moved) {
      this.#settle(state, now, { kind: 'catch-up' })
      return
    }
    if (end === 'trouble') {
      this.#heldUntil = now + troublePause
      this.#settle(state, this.#heldUntil, reason)
      return
    }
    const hasFailed = end === 'failed' || end === 'login-refused'
    state.failures = hasFailed ? state.failures + 1 : 0
    const pace = this.#parts.pace(state.of)
    const isOnTime = reason.kind !== 'catch-up' && begun - due < pace.interval / 2
    // one that waited longer would be read twice in a row
    const from = isOnTime ? due : begun - spread(state, pace, reason)
    const { at, closing } = this.#next(state, pace, from, now)
    const pause = Math.min(firstRetry * 2 ** (state.failures - 1), longestRetry)
    const isRefused = end === 'login-refused' && at < now + pause
    if (isRefused || (hasFailed && now + pause < at))
      this.#settle(state, now + pause, { kind: 'retry', attempt: state.failures })
    else this.#settle(state, at, closing ? { kind: 'window' } : { kind: 'schedule' })
  }

  #next(state: State, pace: ItemPace, from: number, now: number): { at: number; closing: boolean } {
    const [counted, moment] = [from, now].map(time => Temporal.Instant.fromEpochMilliseconds(Math.round(time)))
    const { at, closing } = nextDue(
      state.of,
      pace,
      { from: counted as Temporal.Instant, now: moment as Temporal.Instant },
      this.#timezone,
    )
    return { at: at.epochMilliseconds, closing }
  }

  #begin(of: AssetItem, now: number): State {
    const pace = this.#parts.pace(of)
    const last = this.#parts.lastCapture(of.id)
    const state: State = {
      ...{ of, device: deviceOf(of), due: now, begun: now, latest: now, notBefore: now, reason: { kind: 'catch-up' } },
      ...{ asked: null, again: null, running: false, moved: false, failures: 0 },
    }
    // a last time ahead of the clock was written by a clock that was wrong
    const isKnown = last !== null && last <= now && last + pace.interval > now
    if (!isKnown) this.#settle(state, now, { kind: 'catch-up' })
    else {
      const { at, closing } = this.#next(state, pace, last, now)
      this.#settle(state, at, closing ? { kind: 'window' } : { kind: 'schedule' })
    }
    return state
  }

  #settle(state: State, due: number, reason: RunReason): void {
    state.due = due
    state.latest = due + this.#parts.pace(state.of).interval
    state.notBefore = Number.NEGATIVE_INFINITY
    state.reason = reason
    this.#earliest = Math.min(this.#earliest, readyAt(state))
  }

  /** A clock that went on while `elapsed` did not: the machine slept, or somebody set it. */
  #mindJump(now: number): void {
    const { clock } = this.#parts
    const [offset, asleep] = [now - clock.elapsed(), clock.asleep()]
    const by = offset - this.#offset
    // no sleep is longer than what the clock went on by: where it is, the system's word for it is worth nothing
    const slept = Math.min(Math.max(asleep - this.#asleep, 0), Math.max(by, 0))
    this.#offset = offset
    this.#asleep = asleep
    this.#mindSet(by - slept)
    if (slept >= jump) this.#mindSleep(now)
  }

  /** What it slept through, by half an interval and more, is caught up with; the rest is merely late. */
  #mindSleep(now: number): void {
    for (const state of this.#states.values()) {
      if (state.running || state.reason.kind !== 'schedule') continue
      const { interval } = this.#parts.pace(state.of)
      if (now - state.due >= interval / 2) this.#settle(state, now, { kind: 'catch-up' })
    }
    this.#unsorted = true
    this.#earliest = Number.NEGATIVE_INFINITY
  }

  /** Every time that lies ahead is set with the clock; quiet times are looked at when an item is begun. */
  #mindSet(by: number): void {
    if (Math.abs(by) < jump) return
    for (const state of this.#states.values()) {
      state.due += by
      state.begun += by
      state.latest += by
      state.notBefore = Number.NEGATIVE_INFINITY
    }
    if (this.#heldUntil > Number.NEGATIVE_INFINITY) this.#heldUntil += by
    this.#earliest = Number.NEGATIVE_INFINITY
  }

  #free(device: string): void {
    this.#busy.delete(device)
    this.#freed.resolve()
    this.#freed = Promise.withResolvers()
    this.#wakeUp()
  }

  #wakeUp(): void {
    this.#wake.resolve()
  }
}

/** Runs that were asked for, and have not begun. */
function pendingOf(state: State | undefined): readonly string[] {
  return [state?.asked, state?.again].flatMap(asked => (asked === null || asked === undefined ? [] : [asked.run]))
}

/** Items of devices at one address are read one after the other, too. */
export function deviceOf({ asset }: AssetItem): string {
  return asset.address ?? asset.id
}

/** What it is read from, and how much of that. */
function sourceOf({ asset: { address = null, zone }, item: { via, options, exclude = [] } }: AssetItem): string {
  return JSON.stringify([address, zone, via, options, exclude])
}

/** When it may be begun. Epoch milliseconds. */
function readyAt({ asked, due, notBefore }: State): number {
  return asked === null ? Math.max(due, notBefore) : notBefore
}

/** Many that were read at once, as at a first start, are not read at once ever after: milliseconds, up to half the interval. */
function spread({ of }: State, { interval }: ItemPace, { kind }: RunReason): number {
  return kind === 'catch-up' ? (hashOf(of.id) * interval) / 2 : 0
}

/** The smallest first: what people asked for, what a trigger did, then what has to be read soonest. */
function pressing({ asked, latest }: State): number {
  if (asked === null) return latest
  return asked.reason.kind === 'person' ? Number.NEGATIVE_INFINITY : -Number.MAX_VALUE
}

/** 0 to 1, always the same for an item. */
function hashOf(item: string): number {
  return createHash('sha256').update(item).digest().readUInt32BE(0) / 2 ** 32
}
