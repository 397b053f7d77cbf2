import type { AssetItem } from '../site/item-lookup.ts'

/** Items that fall due within this many milliseconds go into one sweep. */
const together = 1_000

/** Milliseconds, epoch milliseconds. */
interface Due {
  readonly at: number
  /** When that was settled. */
  readonly since: number
  /** When it would fall due once more: until then it has to be read. */
  readonly latest: number
}

/** When each item is to be captured next; whose interval ends first goes first. Times are epoch milliseconds. */
export class DueItems {
  readonly #due = new Map<AssetItem, Due>()
  readonly #now: () => number
  /** Milliseconds. */
  readonly #interval: (of: AssetItem) => number

  constructor(now: () => number, interval: (of: AssetItem) => number) {
    this.#now = now
    this.#interval = interval
  }

  settle(of: AssetItem, at: number): void {
    this.#due.set(of, { at, since: this.#now(), latest: at + this.#interval(of) })
  }

  /** Those that are due now, the most pressing first. */
  now(): AssetItem[] {
    const now = this.#now()
    return [...this.#due]
      .filter(([, due]) => isDue(due, now))
      .sort(([, a], [, b]) => a.latest - b.latest)
      .map(([of]) => of)
  }

  /** What is due next; null where there are no items. */
  next(): { readonly item: AssetItem; readonly at: number } | null {
    let next: { readonly item: AssetItem; readonly at: number } | null = null
    for (const [item, { at }] of this.#due) if (next === null || at < next.at) next = { item, at }
    return next
  }

  /** Milliseconds; endless where there are no items. */
  shortestInterval(): number {
    let shortest = Number.POSITIVE_INFINITY
    for (const { at, latest } of this.#due.values()) shortest = Math.min(shortest, latest - at)
    return shortest
  }

  /**
   * Asked of items that are about to be read in a sweep of `waiting`: whether no other that has fallen due since is more
   * pressing. It is looked once a second: there may be ten thousand.
   */
  mayBegin(waiting: ReadonlySet<AssetItem>): (items: readonly AssetItem[]) => boolean {
    let looked = Number.NEGATIVE_INFINITY
    let pressing = Number.POSITIVE_INFINITY
    return items => {
      if (performance.now() - looked >= together) {
        pressing = this.#mostPressing(waiting)
        looked = performance.now()
      }
      return items.some(of => (this.#due.get(of)?.latest ?? 0) <= pressing)
    }
  }

  #mostPressing(but: ReadonlySet<AssetItem>): number {
    const now = this.#now()
    let pressing = Number.POSITIVE_INFINITY
    for (const [of, due] of this.#due) {
      if (due.latest < pressing && isDue(due, now) && !but.has(of)) pressing = due.latest
    }
    return pressing
  }
}

/** Also when the clock was set back behind the time at which it was settled. */
function isDue({ at, since }: Due, now: number): boolean {
  return at <= now + together || since > now + together
}
