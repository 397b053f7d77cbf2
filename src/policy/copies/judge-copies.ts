import type { AssetItem } from '../../site/item-lookup.ts'
import type { Place } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'
import type { CopyFacts, Facts, ItemFacts } from '../facts.ts'
import { type Loss, survives } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import { type CopyRule, type CopyTerm, copyTerms, type PlaceTraits, traitsOf, unmetOf } from './copy-terms.ts'

/** A copy: read back in its place, whole and without an error. */
export interface VerifiedCopy {
  readonly place: string
  readonly version: string
  /** When the device was last seen to hold exactly that. */
  readonly seen: Temporal.Instant
}

export interface ScenarioLeft {
  readonly scenario: Loss
  /** The surviving verified copies, the one that loses least first. */
  readonly left: readonly VerifiedCopy[]
}

/** Whether an item has the copies that its class asks for, and what each scenario would leave of them. */
export interface CopyJudgement {
  readonly item: string
  readonly rule: CopyRule
  readonly met: boolean
  readonly terms: readonly CopyTerm[]
  /** As the index lists them. */
  readonly scenarios: readonly ScenarioLeft[]
  /** Every verified copy, the one that loses least first. */
  readonly copies: readonly VerifiedCopy[]
  /** Places that hold something of it which was never read back there. */
  readonly unverified: readonly string[]
  /** Places that hold a verified copy, but had errors when all of them was last read: 3-2-1-1-0 is not met by these. */
  readonly withErrors: readonly string[]
  /** Places of verified copies that share their location and their credential domain: counted one by one, though one thief takes them all. */
  readonly together: readonly (readonly string[])[]
}

export type CopyJudge = (
  of: AssetItem,
  facts: ItemFacts | undefined,
  cls: Class | null,
  places: Facts['places'],
) => CopyJudgement

interface KnownPlace {
  readonly order: number
  readonly traits: PlaceTraits
  /** By scenario of the index. */
  readonly survives: readonly boolean[]
  readonly spot: string
}

interface KnownCopy extends KnownPlace {
  readonly copy: VerifiedCopy
  /** Of the last verification of its place; 0 where there was none: the version itself was read back when it was written. */
  readonly errors: number
}

/** Judges each item by the copies that were verified. A copy more never makes it worse, one less never better. */
export function createCopyJudge({ site, scenarios }: SiteIndex): CopyJudge {
  const known = new Map(
    site.places.map((place, order): [string, KnownPlace] => [
      place.id,
      {
        ...{ order, traits: traitsOf(place), spot: spotOf(place) },
        survives: scenarios.map(loss => survives(site, place, loss)),
      },
    ]),
  )
  return (of, facts, cls, places) => {
    const { rule } = dutiesOf(cls)
    const held = facts?.copies ?? []
    const found = held.flatMap(copy => knownCopy(copy, known.get(copy.place), places)).sort(byLeastLoss)
    const read = facts !== undefined && facts.latest !== null && facts.lastConfirmed !== null
    const terms = bestTerms(rule, found, read)
    return {
      item: of.id,
      rule,
      met: unmetOf(terms).length === 0,
      terms,
      scenarios: scenarios.map((scenario, index) => ({
        scenario,
        left: found.flatMap(one => (one.survives[index] ? one.copy : [])),
      })),
      copies: found.map(({ copy }) => copy),
      unverified: held.flatMap(({ place, verified }) => (verified === null && known.has(place) ? place : [])),
      withErrors: found.flatMap(({ errors, copy }) => (errors > 0 ? copy.place : [])),
      together: sharedSpots(found),
    }
  }
}

function knownCopy(
  { place, verified }: CopyFacts,
  known: KnownPlace | undefined,
  places: Facts['places'],
): KnownCopy | [] {
  if (verified === null || known === undefined) return []
  const { version, seen } = verified
  return { ...known, copy: { place, version, seen }, errors: places.get(place)?.damage?.errors ?? 0 }
}

function byLeastLoss(a: KnownCopy, b: KnownCopy): number {
  return Temporal.Instant.compare(b.copy.seen, a.copy.seen) || a.order - b.order
}

/**
 * Copies in places with errors are counted only where that leaves no more terms open than doing without them: then the errors
 * are what is in the way. So the rule is met exactly where the copies without errors meet it.
 */
function bestTerms(rule: CopyRule, copies: readonly KnownCopy[], read: boolean): readonly CopyTerm[] {
  const sound = copies.filter(({ errors }) => errors === 0)
  const all = terms(rule, copies, read)
  if (rule === '3-2-1' || sound.length === copies.length) return all
  const without = terms(rule, sound, read)
  const open = unmetOf(without).length
  return open > 0 && unmetOf(all).length <= open ? all : without
}

function terms(rule: CopyRule, copies: readonly KnownCopy[], read: boolean): readonly CopyTerm[] {
  const errors = copies.reduce((sum, one) => sum + one.errors, 0)
  return copyTerms(
    rule,
    copies.map(one => one.traits),
    read,
    errors,
  )
}

function spotOf({ location, domain }: Place): string {
  return JSON.stringify([location, domain])
}

/** Places of one machine count as one already. */
function sharedSpots(copies: readonly KnownCopy[]): readonly (readonly string[])[] {
  if (copies.length < 2) return []
  const inOrder = copies.toSorted((a, b) => a.order - b.order)
  const groups = [...Map.groupBy(inOrder, ({ spot }) => spot).values()]
  return groups
    .filter(group => new Set(group.map(({ traits }) => traits.machine)).size > 1)
    .map(group => group.map(({ traits }) => traits.id))
}
