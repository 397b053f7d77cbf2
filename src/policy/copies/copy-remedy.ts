import { listed } from '../../site/problem.ts'
import type { Medium, Place } from '../../site/site.ts'
import { type CopyTerm, copyTerms, type PlaceTraits, traitsOf, unmetOf } from './copy-terms.ts'
import type { CopyJudgement } from './judge-copies.ts'

/** What is known besides the copies: the places of the site, and whether the device counts as a copy. */
interface Gap {
  readonly judgement: CopyJudgement
  readonly places: readonly Place[]
  readonly read: boolean
  readonly counted: readonly PlaceTraits[]
}

/**
 * The cheapest way to the missing terms: clear errors, then use the places that the site has, then add one that closes as many
 * as one place can. Sentences; the same for all items in the same state.
 */
export function copyRemedy(judgement: CopyJudgement, places: readonly Place[], read: boolean): string {
  const verified = new Set(judgement.copies.map(({ place }) => place))
  const spoilt = judgement.rule === '3-2-1' ? [] : judgement.withErrors
  const used = new Set<string>()
  const sentences = spoilt.map(
    id =>
      `Place ${id} had errors when it was last verified: until a verification ends without one (blackstart verify --read-data), copies there do not count.`,
  )
  // once the errors are cleared, these count
  let gap: Gap = { judgement, places, read, counted: traits(places, verified) }
  for (let next = bestPlace(gap, used); next !== null; next = bestPlace(gap, used)) {
    used.add(next.id)
    gap = { ...gap, counted: [...gap.counted, traitsOf(next)] }
    sentences.push(useSentence(next, judgement.unverified.includes(next.id)))
  }
  sentences.push(...newPlaces(gap))
  return sentences.join(' ')
}

function traits(places: readonly Place[], wanted: ReadonlySet<string>): PlaceTraits[] {
  return places.filter(({ id }) => wanted.has(id)).map(traitsOf)
}

function openTerms({ judgement, read, counted }: Gap, more: readonly PlaceTraits[] = []): readonly CopyTerm[] {
  return unmetOf(copyTerms(judgement.rule, [...counted, ...more], read, 0))
}

/** How far the terms are from being met, in copies. */
function distance(open: readonly CopyTerm[]): number {
  return open.reduce((sum, { has, needs }) => sum + needs - has, 0)
}

/** The place of the site, without a copy so far, that comes nearest to the rule; null where none comes nearer. */
function bestPlace(gap: Gap, used: ReadonlySet<string>): Place | null {
  let best: Place | null = null
  let shortest = distance(openTerms(gap))
  if (shortest === 0) return null
  const verified = new Set(gap.judgement.copies.map(({ place }) => place))
  for (const place of gap.places) {
    if (verified.has(place.id) || used.has(place.id)) continue
    const after = distance(openTerms(gap, [traitsOf(place)]))
    if (after < shortest) [best, shortest] = [place, after]
  }
  return best
}

function useSentence({ id }: Place, unverified: boolean): string {
  return unverified
    ? `Verify what lies in place ${id}: blackstart verify --read-data.`
    : `Copy the repository to place ${id} and read it back there: blackstart verify --read-data tells how.`
}

/** Nothing where the terms are met with what the site has. */
function newPlaces(gap: Gap): string[] {
  const open = openTerms(gap)
  if (open.length === 0) return []
  const made = newPlace(gap, open)
  const after = openTerms(gap, [made.traits])
  const left = Math.max(0, ...after.map(({ has, needs }) => needs - has))
  const other = after.some(({ term }) => term === 'media') ? ` and a medium other than ${made.traits.medium}` : ''
  const [only] = gap.places.length === 1 ? gap.places : []
  return [
    ...(only === undefined ? [] : [`Place ${only.id} is the only one of the site.`]),
    `Add one place to site.yaml${made.words}`,
    ...(left > 0
      ? [
          `Then ${left === 1 ? 'one more, on a machine of its own' : `${left} more, each on a machine of its own`}${other}.`,
        ]
      : []),
  ]
}

const mediumWords: Readonly<Record<Medium, string>> = {
  disk: 'a disk of another machine',
  removable: 'a removable disk',
  tape: 'a tape',
  optical: 'an optical disc',
  cloud: 'a store in the cloud',
}

/** The cheapest single place that closes as many of the open terms as one place can. */
function newPlace({ counted }: Gap, open: readonly CopyTerm[]): { traits: PlaceTraits; words: string } {
  const lacks = (term: CopyTerm['term']) => open.some(one => one.term === term)
  const [offsite, offline] = [lacks('offsite'), lacks('offline-or-locked')]
  const present = new Set(counted.map(({ medium }) => medium))
  // two media on one machine count as one, but any other machine then makes them two
  const taken: ReadonlySet<Medium> = lacks('media') && present.size < 2 ? present : new Set()
  const cheapest: readonly Medium[] = offline || offsite ? ['removable', 'disk', 'tape'] : ['disk', 'removable', 'tape']
  const medium = cheapest.find(one => !taken.has(one)) ?? 'tape'
  const where = [offsite ? 'in another building' : '', offline ? 'that is attached only while it is written' : '']
  const needs = [
    ...(offsite ? ['off site (offsite: true)'] : []),
    ...(offline ? ['offline (online: false)'] : []),
    ...(taken.size > 0 ? [`on another medium than ${listed([...taken], 'or')}`] : []),
  ]
  const example = [mediumWords[medium], ...where.filter(text => text !== '')].join(' ')
  return {
    traits: { id: '', machine: '', medium, offsite, shielded: offline },
    words: needs.length === 0 ? `: ${example}.` : ` that is ${listed(needs)}: ${example}.`,
  }
}
