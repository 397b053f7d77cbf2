import { formatMilliseconds } from '../../site/duration.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import { listed } from '../../site/problem.ts'
import type { PaceLimit, Place, Zone } from '../../site/site.ts'
import { type CaptureTime, readingOf } from './capture-time.ts'
import {
  intervalLeft,
  isFeasible,
  type LossTerms,
  longestCapture,
  longestLag,
  shortestInterval,
  shortestMtdl,
} from './loss-terms.ts'
import { lossPhrase, type SurvivorGroup, survivingPlace } from './survivors.ts'
import { writtenSpan } from './written-span.ts'

/** The scenarios of a group cannot hold the MTDL. Times are milliseconds. */
export interface Shortfall {
  readonly of: AssetItem
  /** Of the asset. */
  readonly zone: Zone | undefined
  /** Whose MTDL it is. */
  readonly process: string
  readonly mtdl: number
  readonly quiet: number
  readonly capture: CaptureTime
  /** What would be counted if the MTDL were longer. */
  readonly captureAtMost: number
  readonly group: SurvivorGroup
}

export type TooLarge = 'no-place' | 'lag-missing' | 'quiet' | 'capture' | 'lag'

/** Milliseconds: people do not attach a medium more than once a shift. */
const shift = 8 * 3_600_000
/** Milliseconds: what replication over a network can promise. */
const soonest = 1_000
/** A capture can be made faster by that factor, not by more. */
const speedUpAtMost = 10

/** The term without which it would hold, or, where the quiet windows are not all of it, the largest. */
export function tooLargeOf(short: Shortfall): TooLarge {
  const { best, unstated } = short.group
  if (best === null) return unstated.length > 0 ? 'lag-missing' : 'no-place'
  const terms = termsOf(short, best.lag)
  if (intervalLeft(terms) >= shortestInterval(terms.capture, best.lag)) return 'quiet'
  if (terms.quiet > terms.mtdl && terms.quiet > Math.max(terms.capture, best.lag)) return 'quiet'
  return best.lag > terms.capture ? 'lag' : 'capture'
}

/** The cheapest change that alone is enough: why it is needed, the key of site.yaml and what to write there. */
export function remedyOf(short: Shortfall): string {
  return (
    stateLag(short) ??
    shortenQuiet(short) ??
    speedUp(short) ??
    copySooner(short) ??
    addPlace(short) ??
    changeSeveral(short)
  )
}

function termsOf({ mtdl, quiet, capture }: Shortfall, lag: number): LossTerms {
  return { mtdl, quiet, capture: capture.milliseconds, lag }
}

function stateLag(short: Shortfall): string | null {
  const { best, unstated } = short.group
  const limit = longestLag(termsOf(short, 0))
  if (best === null && unstated.length > 0 && limit < soonest) {
    return `State lag of place ${idsOf(unstated)}: until then nobody knows what ${lossPhrase(short.group.scenarios)} would cost. ${changeSeveral(short)}`
  }
  const able = best === null ? unstated : unstated.filter(place => canKeep(place, limit))
  if (able.length === 0) return null
  return `State lag of place ${idsOf(able, 'or')}, how long until a new version is verified there: ${mtdlWords(short)} holds through ${lossPhrase(short.group.scenarios)} where it is at most ${writtenSpan(limit)}.`
}

function shortenQuiet(short: Shortfall): string | null {
  const { best } = short.group
  if (best === null || !isFeasible({ ...termsOf(short, best.lag), quiet: 0 })) return null
  const limit = Math.floor(intervalLeft(termsOf(short, best.lag)) / 60_000) * 60_000
  if (limit === 0) return `${why(short)}: remove ${quietKeys(short.of)}.`
  return `${why(short)}: shorten, split or move ${quietKeys(short.of)}, so that no stretch is longer than ${atMost(limit)}.`
}

function speedUp(short: Shortfall): string | null {
  const { best } = short.group
  if (best === null || !short.capture.measured) return null
  const reading = readingOf(short.capture.milliseconds)
  const limit = readingOf(longestCapture(termsOf(short, best.lag)))
  if (limit <= 0 || limit * speedUpAtMost < reading) return null
  const keys = [...paceKeys(short.of.asset.pace, `asset ${short.of.asset.id}`), ...zoneKeys(short.zone)]
  const narrow = `leave out what need not be kept (exclude of item ${short.of.id})`
  return `${why(short)}: ${listed([...keys, narrow], 'or')}, so that a capture takes ${atMost(limit)} at most; the longest took ${text(reading)}.`
}

function zoneKeys(zone: Zone | undefined): string[] {
  return zone === undefined ? [] : paceKeys(zone.pace, `zone ${zone.id}`)
}

function paceKeys({ bandwidth, pause }: PaceLimit, of: string): string[] {
  return [
    ...(bandwidth === null ? [] : [`raise pace.bandwidth of ${of}`]),
    ...(pause === null ? [] : [`shorten pace.pause of ${of}`]),
  ]
}

function copySooner(short: Shortfall): string | null {
  const { best } = short.group
  const limit = longestLag(termsOf(short, 0))
  if (best === null || best.lag === 0 || !canKeep(best.place, limit)) return null
  const how = best.place.online ? 'copy there sooner' : `attach ${best.place.id} more often`
  return `${why(short)}: ${how}, so that lag of place ${best.place.id} is ${writtenSpan(limit)} at most.`
}

function canKeep(place: Place, lag: number): boolean {
  return lag >= (place.online ? soonest : shift)
}

function addPlace(short: Shortfall): string | null {
  const limit = longestLag(termsOf(short, 0))
  if (limit < soonest) return null
  return `${why(short)}: ${newPlace(short)}, with a lag of ${writtenSpan(limit)} at most.`
}

function newPlace({ group }: Shortfall): string {
  const must = survivingPlace(group.scenarios)
  return `add a place under places${must === '' ? '' : ` that is ${must}`}`
}

/** No single change is enough, but for the MTDL itself. */
function changeSeveral(short: Shortfall): string {
  const { best } = short.group
  const { mtdl, quiet, capture } = termsOf(short, 0)
  const changes = [
    ...(quiet > 0 && quiet + capture > mtdl ? [`shorten, split or move ${quietKeys(short.of)}`] : []),
    ...(2 * capture > mtdl ? [`make the capture of ${short.of.id} shorter (exclude, pace)`] : []),
    ...(best === null ? [newPlace(short)] : best.lag > 0 ? [`bring lag of place ${best.place.id} down`] : []),
  ]
  const longer = shortestMtdl({ quiet, capture: short.captureAtMost, lag: best?.lag ?? 0 })
  // a place is there, and only its lag is not known
  const needed = best === null && short.group.unstated.length > 0 ? changes.slice(0, -1) : changes
  const sure = needed.length > 0 && best === null
  const accept = sure || !Number.isFinite(longer) ? [] : [acceptLonger(short, longer)]
  return `${why(short)}: ${[...(needed.length === 0 ? [] : [listed(needed)]), ...accept].join('; or ')}.`
}

function acceptLonger({ process }: Shortfall, longer: number): string {
  return `accept an mtdl of ${writtenSpan(longer, true)} for process ${process}`
}

/** The beginning of the sentence: what exceeds what. */
function why(short: Shortfall): string {
  const { best, unstated, scenarios } = short.group
  const { mtdl, quiet, capture } = termsOf(short, 0)
  const terms = [
    ...(quiet > 0 ? [{ size: quiet, words: quietWords(quiet) }] : []),
    {
      size: capture,
      words: `the capture, counted with ${text(capture)}${short.capture.measured ? '' : ' (assumed)'},`,
    },
    ...(best === null || best.lag === 0
      ? []
      : [{ size: best.lag, words: `the lag of ${text(best.lag)} of place ${best.place.id}` }]),
  ]
  if (best === null && unstated.length === 0 && longestLag(termsOf(short, 0)) >= soonest) {
    return `No place survives ${lossPhrase(scenarios)}`
  }
  const alone = terms.filter(({ size }) => size > mtdl).map(({ words }) => words)
  if (alone.length === 1) return capital(`${alone[0]} alone is longer than ${mtdlWords(short)}`)
  if (alone.length > 1) return capital(`${listed(alone)} are each longer than ${mtdlWords(short)}`)
  const all = terms.map(({ words }) => words)
  if (terms.reduce((sum, { size }) => sum + size, 0) > mtdl && all.length > 1) {
    return capital(`${listed(all)} together are longer than ${mtdlWords(short)}`)
  }
  return capital(
    `${listed(all)} leave${all.length > 1 ? '' : 's'} too little of ${mtdlWords(short)} to read again in time`,
  )
}

function quietWords(quiet: number): string {
  return Number.isFinite(quiet)
    ? `the quiet window of ${text(quiet)}`
    : 'the quiet window, which covers the whole week,'
}

function quietKeys({ id, asset, item }: AssetItem): string {
  return listed([
    ...(asset.quiet.length > 0 ? [`quiet of asset ${asset.id}`] : []),
    ...(item.quiet.length > 0 ? [`quiet of item ${id}`] : []),
  ])
}

function mtdlWords({ mtdl, process }: Shortfall): string {
  return `the MTDL of ${text(mtdl)} of process ${process}`
}

function idsOf(places: readonly Place[], link = 'and'): string {
  return listed(
    places.map(({ id }) => id),
    link,
  )
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

function text(total: number): string {
  return formatMilliseconds(total)
}

/** Never more than it is: whoever keeps what is written keeps the limit. */
function atMost(total: number): string {
  return text(total < 1000 ? total : Math.floor(total / 1000) * 1000)
}
