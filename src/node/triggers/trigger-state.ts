import type { Trigger } from '../../site/site.ts'
import { shownLine } from './shown-line.ts'
import { type CountedKind, countedKinds, type Seen } from './trigger.ts'

/** How a trigger fares, for the pages and the metrics. */
export interface TriggerState {
  readonly id: string
  readonly via: Trigger['via']
  /** `blind`: it goes on, and sees nothing now · `failed`: it could not begin, or go on, and is tried again. */
  readonly status: 'starting' | 'working' | 'blind' | 'failed'
  /** What it watches; or why it does not, and what to do. */
  readonly text: string
  /** When the status began. */
  readonly since: Date
  /** Since the node started, or read `site.yaml` anew. */
  readonly counts: Readonly<Record<CountedKind, number>>
  /** The last that told of a change; null before the first. */
  readonly last: { readonly at: Date; readonly seen: Seen; readonly items: readonly string[] } | null
  /** Addresses that are no asset's, the newest first; fifty at most. */
  readonly strangers: readonly Stranger[]
}

export interface Stranger {
  readonly address: string
  readonly count: number
  readonly last: Date
}

const mostStrangers = 50

/** Keeps a trigger's state; what it keeps does not grow. */
export class TriggerRecord {
  readonly #trigger: Trigger
  readonly #now: () => Date
  #status: Pick<TriggerState, 'status' | 'text' | 'since'>
  #last: TriggerState['last'] = null
  readonly #counts = Object.fromEntries(countedKinds.map(kind => [kind, 0])) as Record<CountedKind, number>
  /** In the order in which they were heard last. */
  readonly #strangers = new Map<string, Stranger>()

  constructor(trigger: Trigger, now: () => Date) {
    this.#trigger = trigger
    this.#now = now
    this.#status = { status: 'starting', text: 'is being started', since: now() }
  }

  state(): TriggerState {
    const { id, via } = this.#trigger
    const strangers = [...this.#strangers.values()].toReversed()
    return { id, via, ...this.#status, counts: { ...this.#counts }, last: this.#last, strangers }
  }

  become(status: TriggerState['status'], text: string): void {
    const since = status === this.#status.status ? this.#status.since : this.#now()
    this.#status = { status, text, since }
  }

  count(kind: CountedKind, by = 1): void {
    this.#counts[kind] += by
  }

  stranger(address: string): void {
    this.#counts.received += 1
    this.#counts.strangers += 1
    const count = (this.#strangers.get(address)?.count ?? 0) + 1
    this.#strangers.delete(address)
    this.#strangers.set(address, { address, count, last: this.#now() })
    const [oldest] = this.#strangers.keys()
    if (this.#strangers.size > mostStrangers && oldest !== undefined) this.#strangers.delete(oldest)
  }

  /** Returns it as it may be shown. */
  changed(items: readonly string[], what: string, from: string | null): Seen {
    const seen = { trigger: this.#trigger.id, what: shownLine(what), from }
    this.#counts.matched += 1
    this.#last = { at: this.#now(), seen, items }
    return seen
  }
}
