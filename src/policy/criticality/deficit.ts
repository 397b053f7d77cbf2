import type { Asset, Place, Score } from '../../site/site.ts'
import { type Class, classes, dutiesOf } from '../class.ts'
import { isAhead } from '../clock.ts'
import type { Facts, ItemFacts } from '../facts.ts'

/** What the deficit of an item rests on; plain data. */
export interface ItemDeficit {
  readonly item: string
  readonly score: Score
  /** Places that hold a verified copy, and those of them that are offline or locked. */
  readonly verified: readonly string[]
  readonly shielded: readonly string[]
  /** Places that hold something which was never read back. */
  readonly unverified: readonly string[]
  /** The newest restore that was tried, where it passed, of this item or, where a sample is enough, of another one of its asset. */
  readonly restored: { readonly item: string; readonly time: string; readonly withinPeriod: boolean } | null
}

/** D of one asset or several: that of the worst item. */
export interface Deficit {
  readonly score: Score
  /** The first of the worst items, as the file lists them; null where nothing of `asset` is backed up: 5. */
  readonly worst: ItemDeficit | null
  /** The asset that is worst. */
  readonly asset: string
  /** How many items are as bad, or assets without any, besides that one. */
  readonly alike: number
}

/** What a deficit is computed from. */
export interface DeficitScope {
  readonly facts: Pick<Facts, 'items' | 'now'>
  readonly places: ReadonlyMap<string, Place>
  /** Whether copies in a place count: for a common cause those that it takes do not. */
  readonly counts: (place: Place) => boolean
}

/**
 * REQUIREMENTS.md, criticality: 1 restored within its drill period and a copy offline or locked, to 5 no copy; of several assets
 * together, or of one. The class of each asset says how long a restore counts. Null without an asset.
 */
export function deficitOf(
  assets: readonly Asset[],
  classOf: (asset: string) => Class | null,
  scope: DeficitScope,
): Deficit | null {
  let worst: Candidate | null = null
  let alike = 0
  for (const asset of assets) {
    for (const one of candidates(asset, classOf(asset.id), scope)) {
      if (worst === null || one.score > worst.score) {
        worst = one
        alike = 0
      } else if (one.score === worst.score) alike += 1
    }
  }
  if (worst === null) return null
  const { asset, score, item, restored, since } = worst
  return { score, worst: item === null ? null : itemDeficit(item, score, restored, since, scope), asset, alike }
}

interface Candidate {
  readonly asset: string
  /** Null: nothing of the asset is backed up. */
  readonly item: string | null
  readonly score: Score
  readonly restored: Restored | null
  /** Epoch milliseconds from which on a restore counts. */
  readonly since: number
}

function candidates(asset: Asset, cls: Class | null, scope: DeficitScope): Candidate[] {
  const since = scope.facts.now.epochMilliseconds - drillPeriods[cls ?? 'medium']
  const none = { asset: asset.id, item: null, score: 5, restored: null, since } as const
  if (asset.items.length === 0) return [none]
  const sampled = dutiesOf(cls).drillSampled ? newestDrill(asset, scope) : null
  return asset.items.map(({ id }) => {
    const item = `${asset.id}/${id}`
    const known = scope.facts.items.get(item)
    const restored = sampled ?? newestPassed(item, known)
    const withinPeriod = restored !== null && isWithin(restored.time, since, scope)
    return { asset: asset.id, item, score: itemScore(known, withinPeriod, scope), restored, since }
  })
}

export function placesById(places: readonly Place[]): ReadonlyMap<string, Place> {
  return new Map(places.map(place => [place.id, place]))
}

interface Restored {
  readonly item: string
  readonly time: Temporal.Instant
}

/** In milliseconds. */
const drillPeriods = Object.fromEntries(
  classes.map(cls => [cls, dutiesOf(cls).drillEvery.total('milliseconds')]),
) as Readonly<Record<Class, number>>

function newestPassed(item: string, known: ItemFacts | undefined): Restored | null {
  const drill = known?.drills[0]
  return drill?.passed ? { item, time: drill.time } : null
}

function isWithin(time: Temporal.Instant, since: number, { facts }: DeficitScope): boolean {
  return time.epochMilliseconds >= since && !isAhead(time, facts.now.epochMilliseconds)
}

/** The newest restore that passed of any of its items. */
function newestDrill(asset: Asset, { facts }: DeficitScope): Restored | null {
  let newest: Restored | null = null
  for (const { id } of asset.items) {
    const item = `${asset.id}/${id}`
    const drill = newestPassed(item, facts.items.get(item))
    if (drill === null) continue
    if (newest === null || drill.time.epochMilliseconds > newest.time.epochMilliseconds) newest = drill
  }
  return newest
}

function itemScore(known: ItemFacts | undefined, withinPeriod: boolean, scope: DeficitScope): Score {
  let best: Score = 5
  for (const copy of known?.copies ?? []) {
    const place = scope.places.get(copy.place)
    if (place === undefined || !scope.counts(place)) continue
    const score = copy.verified === null ? 4 : !withinPeriod ? 3 : isShielded(place) ? 1 : 2
    if (score < best) best = score
  }
  return best
}

/** Offline, or locked: nobody deletes it in a moment. */
function isShielded({ online, locked }: Place): boolean {
  return !online || locked !== null
}

function itemDeficit(
  item: string,
  score: Score,
  restored: Restored | null,
  since: number,
  scope: DeficitScope,
): ItemDeficit {
  const { facts, places, counts } = scope
  const copies = (facts.items.get(item)?.copies ?? []).flatMap(copy => {
    const place = places.get(copy.place)
    return place === undefined || !counts(place) ? [] : [{ place, verified: copy.verified !== null }]
  })
  const verified = copies.filter(copy => copy.verified).map(({ place }) => place)
  return {
    ...{ item, score },
    verified: verified.map(({ id }) => id),
    shielded: verified.filter(isShielded).map(({ id }) => id),
    unverified: copies.filter(copy => !copy.verified).map(({ place }) => place.id),
    restored:
      restored === null
        ? null
        : {
            item: restored.item,
            time: restored.time.toString(),
            withinPeriod: isWithin(restored.time, since, scope),
          },
  }
}
