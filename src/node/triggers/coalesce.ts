import type { Seen } from './trigger.ts'

/** Milliseconds. */
export interface CoalesceTiming {
  /** A capture is asked for once nothing was seen for this long, */
  readonly calm: number
  /** or, where it never is calm, this long after the first event; */
  readonly longest: number
  /** and not before this long after the end of the capture before. */
  readonly gap: number
}

export const coalesceTiming: CoalesceTiming = { calm: 5_000, longest: 60_000, gap: 60_000 }

/** A capture that is asked for. */
export interface Asked {
  /** `asset/item`. */
  readonly item: string
  /** What was seen first. */
  readonly seen: Seen
  /** How many events it answers. */
  readonly events: number
}

interface Gathered {
  readonly seen: Seen
  readonly first: number
  last: number
  events: number
}

interface ItemState {
  /** `asked`: a capture that has not begun, and will see everything up to its beginning. */
  phase: 'idle' | 'asked' | 'captured'
  gathered: Gathered | null
  notBefore: number
}

/**
 * Makes few captures of many events. All times are milliseconds of one clock that nobody sets, handed in. It remembers as much of
 * ten thousand events as of one.
 */
export class Coalescer {
  readonly #items = new Map<string, ItemState>()
  readonly #timing: CoalesceTiming
  #events = 0
  #asked = 0

  constructor(timing: CoalesceTiming = coalesceTiming) {
    this.#timing = timing
  }

  /** Since the beginning: `asked` is the number of captures that the `events` made. */
  get counts(): { readonly events: number; readonly asked: number } {
    return { events: this.#events, asked: this.#asked }
  }

  /** Returns when a capture will be asked for if nothing else is seen; null where one is asked for, or under way. */
  event(item: string, seen: Seen, now: number): number | null {
    this.#events += 1
    const state = this.#of(item)
    if (state.phase === 'asked') return null
    state.gathered ??= { seen, first: now, last: now, events: 0 }
    state.gathered.last = now
    state.gathered.events += 1
    return this.#readyAt(state)
  }

  /** A capture of the item has begun, whoever asked for it. What is seen from now on is not in it. */
  began(item: string): void {
    this.#of(item).phase = 'captured'
  }

  /** The capture has ended, or the one that was asked for will not begin. */
  ended(item: string, now: number): void {
    const state = this.#of(item)
    state.phase = 'idle'
    state.notBefore = now + this.#timing.gap
  }

  /** The captures that are to be asked for now, each told once. */
  due(now: number): Asked[] {
    return this.#take(state => (this.#readyAt(state) ?? Number.POSITIVE_INFINITY) <= now)
  }

  /** Everything that was gathered and not asked for, ready or not: before the end of it all. */
  rest(): Asked[] {
    return this.#take(() => true)
  }

  /** When `due` will have something next; null where nothing was gathered. */
  next(): number | null {
    let next: number | null = null
    for (const state of this.#items.values()) {
      const at = this.#readyAt(state)
      if (at !== null && (next === null || at < next)) next = at
    }
    return next
  }

  #take(when: (state: ItemState) => boolean): Asked[] {
    const asked: Asked[] = []
    for (const [item, state] of this.#items) {
      const { gathered } = state
      if (gathered === null || !when(state)) continue
      asked.push({ item, seen: gathered.seen, events: gathered.events })
      state.gathered = null
      if (state.phase === 'idle') state.phase = 'asked'
    }
    this.#asked += asked.length
    return asked
  }

  #readyAt({ phase, gathered, notBefore }: ItemState): number | null {
    if (phase !== 'idle' || gathered === null) return null
    const calm = Math.min(gathered.last + this.#timing.calm, gathered.first + this.#timing.longest)
    return Math.max(calm, notBefore)
  }

  #of(item: string): ItemState {
    const known = this.#items.get(item)
    if (known !== undefined) return known
    const state: ItemState = { phase: 'idle', gathered: null, notBefore: Number.NEGATIVE_INFINITY }
    this.#items.set(item, state)
    return state
  }
}
