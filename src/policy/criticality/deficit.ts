import type { Asset, Place, Score } from '../../site/site.ts'
import { type Class, classes, dutiesOf } from '../class.ts'
import type { Facts, ItemFacts } from '../facts.ts'
import { highest } from './matrix.ts'

/** What the deficit of an item rests on; plain data. */
export interface ItemDeficit {
  readonly item: string
  readonly score: Score
  /** Places that hold a verified copy, and those of them that are offline or locked. */
  readonly verified: readonly string[]
  readonly shielded: readonly string[]
  /** Places that hold something which was never read back. */
  readonly unverified: readonly string[]
  /** The newest restore that was tried and passed, of this item or, where a sample is enough, of another one of its asset. */
  readonly restored: { readonly item: string; readonly time: string; readonly withinPeriod: boolean } | null
}

/** D of an asset: that of its worst item. */
export interface Deficit {
  readonly score: Score
  /** The first of the worst items, as the file lists them; null where nothing of the asset is backed up: 5. */
  readonly worst: ItemDeficit | null
  /** The asset of the worst item, or the one of which nothing is backed up. */
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

/** REQUIREMENTS.md, criticality: 1 restored within its drill period and a copy offline or locked, to 5 no copy. */
export function deficitOf(asset: Asset, cls: Class | null, scope: DeficitScope): Deficit {
  const drilled = dutiesOf(cls).drillSampled ? newestDrill(asset, scope) : null
  const since = scope.facts.now.epochMilliseconds - drillPeriods[cls ?? 'medium']
  let score: Score = 1
  let worst: { readonly id: string; readonly restored: Restored | null } | null = null
  let alike = 0
  for (const { id: own } of asset.items) {
    const id = `${asset.id}/${own}`
    const known = scope.facts.items.get(id)
    const restored = drilled ?? newestPassed(id, known)
    const found = itemScore(known, restored !== null && restored.time.epochMilliseconds >= since, scope)
    if (worst === null || found > score) {
      worst = { id, restored }
      score = found
      alike = 0
    } else if (found === score) alike += 1
  }
  if (worst === null) return { score: 5, worst: null, asset: asset.id, alike: 0 }
  return { score, worst: itemDeficit(worst.id, score, worst.restored, since, scope), asset: asset.id, alike }
}

/** The worst of several assets; null without any. */
export function worstDeficit(deficits: readonly Deficit[]): Deficit | null {
  const score = highest(deficits.map(one => one.score))
  const [first, ...others] = deficits.filter(one => one.score === score)
  return first === undefined ? null : { ...first, alike: others.reduce((sum, one) => sum + one.alike + 1, first.alike) }
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
  const drill = known?.drills.find(({ passed }) => passed)
  return drill === undefined ? null : { item, time: drill.time }
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
  { facts, places, counts }: DeficitScope,
): ItemDeficit {
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
            withinPeriod: restored.time.epochMilliseconds >= since,
          },
  }
}
