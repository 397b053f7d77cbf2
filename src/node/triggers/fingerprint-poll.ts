import { setTimeout as sleep } from 'node:timers/promises'
import { milliseconds } from '../../site/duration.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import { quietEnd } from '../schedule/next-due.ts'
import type { Seen } from './trigger.ts'

export interface FingerprintDeps {
  /** Those whose connector reads fingerprints. */
  readonly items: readonly AssetItem[]
  /** IANA name: no device is asked in its quiet times. */
  readonly timezone: string
  /** Milliseconds between two captures of the item. */
  interval(of: AssetItem): number
  /** As `fingerprintItem`. */
  read(of: AssetItem, signal: AbortSignal): Promise<string | null>
  /** Told at each reading that differs from the fingerprint of the last capture, until one has begun after it: whether that fails or not. */
  differs(item: string, seen: Seen): void
  readonly now: () => Temporal.Instant
}

export interface FingerprintPoll extends AsyncDisposable {
  began(item: string): void
  /** `succeeded`: the item was read whole, and is confirmed or a version. */
  ended(item: string, succeeded: boolean): void
  /** How many readings there were, and what came of them. */
  counts(): Readonly<Record<'read' | 'differed' | 'none' | 'failed', number>>
}

/** Milliseconds. */
const shortest = 30_000
/** Devices that are asked at once. */
const atOnce = 4
/** Milliseconds between two looks at what is to be read. */
const beat = 1_000

/** Milliseconds between two readings: as the site file says, else a tenth of the interval; null where that is of no use. */
export function pollInterval({ item }: Pick<AssetItem, 'item'>, interval: number): number | null {
  if (item.fingerprint === 'never') return null
  const every = item.fingerprint === null ? Math.max(shortest, interval / 10) : milliseconds(item.fingerprint)
  return every < interval ? every : null
}

interface Polled {
  readonly of: AssetItem
  /** Of the last reading; undefined before the first. */
  reading: string | undefined
  /** Of what a capture has read for certain: read before that began. */
  covered: string | undefined
  /** Of what a capture was tried for in vain: another try is the schedule's. */
  tried: string | undefined
  /** What a capture under way covers, should it succeed. */
  covering: string | undefined
  /** Of a clock that nobody sets, in milliseconds. */
  next: number
  /** Readings without a result, one after the other. */
  failures: number
  underWay: boolean
}

/**
 * Reads fingerprints between captures. What was there when it began counts as captured: what changed before that, the next capture by
 * the schedule finds. Nothing is kept across restarts.
 */
export function openFingerprintPoll(deps: FingerprintDeps, signal: AbortSignal): FingerprintPoll {
  const closing = new AbortController()
  const poll = new Poll(deps)
  const running = poll.run(AbortSignal.any([signal, closing.signal]))
  return {
    began: item => poll.began(item),
    ended: (item, succeeded) => poll.ended(item, succeeded),
    counts: () => ({ ...poll.counts }),
    async [Symbol.asyncDispose]() {
      closing.abort()
      await running
    },
  }
}

class Poll {
  readonly counts = { read: 0, differed: 0, none: 0, failed: 0 }
  readonly #deps: FingerprintDeps
  readonly #items: ReadonlyMap<string, Polled>
  readonly #under = new Set<Promise<void>>()

  constructor(deps: FingerprintDeps) {
    this.#deps = deps
    const begun = performance.now()
    this.#items = new Map(
      deps.items.map((of, index) => {
        const every = pollInterval(of, deps.interval(of)) ?? shortest
        // spread over the first round
        const next = begun + (every * (index + 1)) / deps.items.length
        const fresh = {
          reading: undefined,
          covered: undefined,
          tried: undefined,
          covering: undefined,
          failures: 0,
          underWay: false,
        }
        return [of.id, { of, next, ...fresh }]
      }),
    )
  }

  began(item: string): void {
    const polled = this.#items.get(item)
    if (polled !== undefined) polled.covering = polled.reading
  }

  ended(item: string, succeeded: boolean): void {
    const polled = this.#items.get(item)
    if (polled === undefined) return
    polled.tried = succeeded ? undefined : polled.covering
    if (succeeded && polled.covering !== undefined) polled.covered = polled.covering
    polled.covering = undefined
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#fill(signal)
      await sleep(beat, undefined, { signal }).catch(() => undefined)
    }
    await Promise.all(this.#under)
  }

  /** Begins readings, of what has waited longest, until there are as many as there may be. */
  #fill(signal: AbortSignal): void {
    const now = performance.now()
    const due = this.#items
      .values()
      .filter(({ next, underWay }) => next <= now && !underWay)
      .toArray()
      .sort((a, b) => a.next - b.next)
    for (const polled of due) {
      if (this.#under.size >= atOnce || signal.aborted) return
      this.#begin(polled, signal)
    }
  }

  #begin(polled: Polled, signal: AbortSignal): void {
    const { of } = polled
    const every = pollInterval(of, this.#deps.interval(of))
    const quiet = quietEnd(of, this.#deps.now(), this.#deps.timezone) !== null
    if (every === null || quiet) {
      polled.next = performance.now() + shortest
      return
    }
    polled.underWay = true
    const work = this.#read(polled, signal).finally(() => {
      polled.underWay = false
      // a device that does not answer, or offers nothing, is asked less and less often, down to its captures
      polled.next = performance.now() + Math.min(every * 2 ** polled.failures, Math.max(every, this.#deps.interval(of)))
      this.#under.delete(work)
      this.#fill(signal)
    })
    this.#under.add(work)
  }

  async #read(polled: Polled, signal: AbortSignal): Promise<void> {
    // whatever went wrong, a capture will meet it too, and say it
    const fingerprint = await this.#deps.read(polled.of, signal).catch(() => undefined)
    if (signal.aborted) return
    if (fingerprint === undefined || fingerprint === null) {
      this.counts[fingerprint === null ? 'none' : 'failed'] += 1
      polled.failures = Math.min(polled.failures + 1, 20)
      return
    }
    this.counts.read += 1
    polled.failures = 0
    polled.reading = fingerprint
    polled.covered ??= fingerprint
    if (fingerprint === polled.covered || fingerprint === polled.tried) return
    this.counts.differed += 1
    const what = 'what it tells of itself differs from what it told before the last capture'
    this.#deps.differs(polled.of.id, { trigger: 'fingerprint', what, from: null })
  }
}
