import type { CommonCause, CyberOfMany } from './common-causes.ts'
import type { ScoredMode } from './criticality.ts'
import type { Deficit, ItemDeficit } from './deficit.ts'
import type { CyberFacts, OccurrenceFacts } from './occurrence.ts'
import type { RankedCause } from './rank.ts'
import type { Reachability, ReachCause } from './reachability.ts'
import { type SeverityFacts, severityWords } from './severity.ts'

/** What each score of a cause rests on, in words without a full stop. */
export interface CauseWords {
  readonly s: string
  readonly of: string
  readonly oc: string
  readonly d: string
}

export function causeWords(cause: RankedCause): CauseWords {
  const scores = cause.kind === 'mode' ? modeWords(cause) : commonWords(cause)
  return { ...scores, d: deficitWords(cause.deficit) }
}

function modeWords({ facts }: ScoredMode) {
  return { s: harmWords(facts.s), of: occurrenceWords(facts.of), oc: cyberWords(facts.oc) }
}

function commonWords({ facts }: CommonCause) {
  const { mode, assets } = facts.s
  const taken = assets === 1 ? 'its one asset' : `${assets} assets at once`
  return { s: `${harmWords(facts.s)} by ${mode}; it takes ${taken}`, of: facts.of.why, oc: cyberOfManyWords(facts.oc) }
}

function harmWords({ score, dimensions }: SeverityFacts): string {
  return dimensions.length === 0 ? severityWords[score] : `${severityWords[score]} (${dimensions.join(', ')})`
}

function occurrenceWords({ life, failed }: OccurrenceFacts): string {
  const used =
    life === null
      ? 'service life not stated'
      : life.score === 5
        ? `beyond its service life since ${life.ends}`
        : `${life.used} of its service life used (${life.since} to ${life.ends})`
  return failed.length === 0 ? `${used}, no failure in five years` : `${used}, failed on ${failed.join(', ')}`
}

function cyberWords({ reachability, weaknesses, exploitable }: CyberFacts): string {
  const reached = reachabilityWords(reachability)
  if (weaknesses.length === 0) return reached
  const named = weaknesses.map(({ exposure }) => exposure).join(', ')
  if (!exploitable) return `${reached}; not counted: ${named}`
  const scored = weaknesses.map(({ exposure, score }) => `${exposure} ${score}`).join(', ')
  return `reachability ${reachability.score}, ${reached}; ${scored}`
}

function cyberOfManyWords({ asset, zone }: CyberOfMany): string {
  if (asset !== null) return `${asset.id}: ${cyberWords(asset.cyber)}`
  return zone === null ? 'nothing leads in' : `zone ${zone.id}: ${reachabilityWords(zone.reachability)}`
}

/** All causes of a reachability, in words without a full stop. */
function reachabilityWords({ causes }: Reachability): string {
  return causes.map(reachWords).join(', ')
}

function reachWords(cause: ReachCause): string {
  switch (cause.by) {
    case 'nothing':
      return 'no conduit leads in, and nothing else stands there'
    case 'neighbours':
      return cause.machines === 1 ? 'one other machine in its zone' : `${cause.machines} other machines in its zone`
    case 'level':
      return `stands on level ${cause.level}`
    case 'conduit':
      return `conduit from ${cause.from} (level ${cause.level}: ${cause.allow.join(', ')})`
    case 'exposure':
      return cause.exposure
  }
}

function deficitWords({ worst, asset, alike }: Deficit): string {
  const more = alike === 0 ? '' : `, and ${alike} more like it`
  return `${worst === null ? `nothing of ${asset} is backed up` : itemWords(worst)}${more}`
}

function itemWords({ item, score, verified, shielded, unverified, restored }: ItemDeficit): string {
  if (score === 5) return `${item} has no copy`
  if (score === 4) return `${item} was never read back in ${unverified.join(', ')}`
  const copies = `${item} is verified in ${verified.join(', ')}`
  if (restored === null) return `${copies}, never restored`
  const tried = `${restored.item === item ? '' : `${restored.item} `}restored on ${restored.time.slice(0, 10)}`
  if (score === 3) return `${copies}, ${tried}: too long ago`
  return shielded.length === 0
    ? `${copies}, ${tried}, none of them offline or locked`
    : `${copies}, ${tried}, out of reach in ${shielded.join(', ')}`
}
