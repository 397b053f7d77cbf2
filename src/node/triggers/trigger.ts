import type { Asset, Trigger } from '../../site/site.ts'

/** Why an item is captured out of turn. */
export interface Seen {
  /** The id of the trigger; `fingerprint` for the poll. */
  readonly trigger: string
  /** One line for people, of 200 characters at most, safe to show: what a device sent is not trusted. */
  readonly what: string
  /** The address from which it came; null where it came from none. */
  readonly from: string | null
}

/**
 * `received`: everything that came in · `matched`: told of a change · `ignored`: of an asset, and no change · `strangers`: from
 * an address that is no asset's · `refused`: a wrong community or token · `malformed`: not understood · `dropped`: too much.
 */
export const countedKinds = ['received', 'matched', 'ignored', 'strangers', 'refused', 'malformed', 'dropped'] as const
export type CountedKind = (typeof countedKinds)[number]

/** Which assets have an address. */
export interface Senders {
  /** The assets at that IP address, in the order of the site file; none for a stranger. */
  at(address: string): readonly Asset[]
  all(): readonly Asset[]
}

/** What a source tells, and what it may ask. */
export interface TriggerContext {
  /** The site folder; relative paths start here. */
  readonly folder: string
  readonly senders: Senders
  /** The items of one of the trigger's assets that it makes due. */
  itemsOf(asset: Asset): readonly string[]
  /** Throws `secret-missing`, whose sentence names the command that sets it. */
  secret(name: string): string
  /** It works from now on; `where` is for people. */
  working(where: string): void
  /** It goes on, but sees nothing now: a sentence that says why, and what to do. */
  blind(sentence: string): void
  count(kind: CountedKind, by?: number): void
  /** Something came from an address that is no asset's; counts it too. */
  stranger(address: string): void
  /** These items may have changed; counts a match. `what` is made safe to show here. */
  changed(items: readonly string[], what: string, from: string | null): void
}

/** One kind of trigger: a folder, its tests, and a line in `all.ts`. */
export interface TriggerSource<Kind extends Trigger> {
  readonly via: Kind['via']
  /**
   * Watches until the signal aborts, then releases every socket and watcher and ends. Throws a BlackstartError, whose sentence
   * begins with `trigger ID`, when it cannot go on; it is started again later.
   */
  run(trigger: Kind, context: TriggerContext, signal: AbortSignal): Promise<void>
}
