import type { JournalEvent } from '../../archive/journal-event.ts'

export type PersonEvent = Extract<JournalEvent, { type: 'person' }>

/** What a refusal says, besides that it was one. */
export interface Refusal {
  /** Of an account that exists; else empty. */
  readonly name: string
  readonly from: string
  readonly detail: string
}

/** Milliseconds within which refusals are put together. */
const windowLength = 10 * 60_000
/** So many pairs of name and address are told apart in a window: who guesses must not fill the disk. */
const toldApart = 20

interface Counted {
  readonly refusal: Refusal
  times: number
}

/** Puts refused sign-ins together: the first of a name and an address is told at once, what follows once in a window. */
export class RefusalLog {
  readonly #now: () => Date
  #begun = Number.NEGATIVE_INFINITY
  #counted = new Map<string, Counted>()
  /** That an account was locked, where it could not be recorded. */
  #others: PersonEvent[] = []

  constructor(now: () => Date) {
    this.#now = now
  }

  /** What is to be recorded now. */
  add(refusal: Refusal): readonly PersonEvent[] {
    const due = this.due()
    const { name, from } = refusal
    const full = this.#counted.size >= toldApart
    const known = this.#counted.has(keyOf(refusal))
    const kept =
      full && !known ? { name: '', from: '', detail: 'from several addresses, or with several names' } : refusal
    const held = this.#counted.get(keyOf(kept))
    if (held !== undefined) held.times += 1
    else this.#counted.set(keyOf(kept), { refusal: kept, times: full && !known ? 1 : 0 })
    return held !== undefined || (full && !known) ? due : [...due, eventOf({ name, from, detail: refusal.detail }, 1)]
  }

  /** What could not be recorded is told with what follows. */
  putBack(events: readonly PersonEvent[]): void {
    for (const event of events) {
      const { action, name, from, detail, times = 1 } = event
      if (action !== 'sign-in-refused') {
        if (this.#others.length < toldApart) this.#others.push(event)
        continue
      }
      const refusal = { name, from: from ?? '', detail }
      const held = this.#counted.get(keyOf(refusal))
      if (held !== undefined) held.times += times
      else if (this.#counted.size < toldApart) this.#counted.set(keyOf(refusal), { refusal, times })
    }
  }

  /** What a window that is over has counted since; nothing while it lasts. */
  due(): readonly PersonEvent[] {
    const now = this.#now().getTime()
    // also where the clock was set back
    if (Math.abs(now - this.#begun) < windowLength) return []
    const rest = this.rest()
    this.#begun = now
    return rest
  }

  /** What was counted and not told yet: at the end of the process. */
  rest(): readonly PersonEvent[] {
    const counted = [...this.#counted.values()].filter(({ times }) => times > 0)
    const others = this.#others
    this.#counted = new Map()
    this.#others = []
    return [...counted.map(({ refusal, times }) => eventOf(refusal, times)), ...others]
  }
}

function keyOf({ name, from }: Refusal): string {
  return JSON.stringify([name.toLowerCase(), from])
}

function eventOf({ name, from, detail }: Refusal, times: number): PersonEvent {
  const event: PersonEvent = {
    type: 'person',
    action: 'sign-in-refused',
    name,
    by: name,
    from: from === '' ? null : from,
    detail,
  }
  return times === 1 ? event : { ...event, times }
}
