import { mtdlOf } from '../../site/data-kind.ts'
import { durationOf, milliseconds } from '../../site/duration.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { Asset, Process, Zone } from '../../site/site.ts'
import { longestCovered } from '../../site/window.ts'
import type { ItemFacts } from '../facts.ts'
import type { Loss } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import { type CaptureTime, captureTimeOf } from './capture-time.ts'
import { intervalAsked, intervalLeft, isFeasible } from './loss-terms.ts'
import { remedyOf, type Shortfall, type TooLarge, tooLargeOf } from './remedy.ts'
import { type SurvivorGroup, survivorGroups } from './survivors.ts'

/** The longest capture interval that holds the MTDL when this is lost: REQUIREMENTS.md, schedule from MTDL. */
export interface ScenarioInterval {
  readonly scenario: Loss
  /** The surviving place that allows the longest interval; null where none survives, or none states its lag. */
  readonly place: string | null
  /** Milliseconds; null where infeasible. */
  readonly interval: number | null
  /** Milliseconds; quiet is endless where the windows cover the week, lag null where no place is. */
  readonly terms: {
    readonly mtdl: number
    readonly quiet: number
    readonly capture: number
    readonly lag: number | null
  }
  /** Which term is too large; null where feasible. With `lag-missing` it is not known whether it can be held. */
  readonly tooLarge: TooLarge | null
  /** The cheapest change that would make it feasible, for an engineer, naming the key of site.yaml; null where feasible. */
  readonly remedy: string | null
}

export interface ItemSchedule {
  readonly item: string
  /**
   * What the capture loop and the scheduler use: `every` where it is typed; else the shortest that a scenario with a place
   * to rely on asks for (`intervalAsked`, also where it is infeasible); else an hour.
   */
  readonly interval: Temporal.Duration
  readonly source: 'typed' | 'derived' | 'default'
  /** The tightest MTDL that needs it, and whose it is, the first of the file where several are; null where nobody states one. */
  readonly mtdl: Temporal.Duration | null
  readonly process: string | null
  /** The capture's duration that is counted on, milliseconds; assumed until it was measured. */
  readonly captureTime: CaptureTime
  /** In the order of the index; empty without an MTDL. */
  readonly scenarios: readonly ScenarioInterval[]
}

/** What an item is captured at that has neither `every` nor an MTDL. */
const defaultInterval = Temporal.Duration.from({ hours: 1 })

/** Everything of the site alone is computed once here. */
export function createScheduler(index: SiteIndex): (of: AssetItem, facts: ItemFacts | undefined) => ItemSchedule {
  const groups = survivorGroups(index)
  const zones = new Map(index.site.zones.map(zone => [zone.id, zone]))
  const tightest = tightestMtdl(index)
  const quiet = longestQuiet()
  return (of, facts) => {
    const mtdl = tightest(of)
    if (mtdl === null) return withoutMtdl(of, facts)
    const bound = { ...mtdl, quiet: quiet(of) }
    return withMtdl(of, facts, bound, groups, zones.get(of.asset.zone))
  }
}

interface TightestMtdl {
  readonly process: string
  readonly mtdl: Temporal.Duration
  readonly milliseconds: number
}

interface Bound extends TightestMtdl {
  /** Milliseconds; may be endless. */
  readonly quiet: number
}

function tightestMtdl(index: SiteIndex): (of: AssetItem) => TightestMtdl | null {
  const known = new Map<Temporal.Duration, number>()
  for (const { mtdl } of index.site.processes) {
    for (const one of [mtdl.configuration, mtdl.history]) if (one !== null) known.set(one, milliseconds(one))
  }
  return of => {
    let found: TightestMtdl | null = null
    for (const process of index.processesOfItem.get(of.id) ?? []) {
      const one = boundOf(process, of, known)
      if (one !== null && (found === null || one.milliseconds < found.milliseconds)) found = one
    }
    return found
  }
}

function boundOf(process: Process, { item }: AssetItem, known: ReadonlyMap<Temporal.Duration, number>) {
  const mtdl = mtdlOf(process, item)
  return mtdl === null ? null : { process: process.id, mtdl, milliseconds: known.get(mtdl) ?? milliseconds(mtdl) }
}

/** Milliseconds; what an asset's items have in common is computed once. */
function longestQuiet(): (of: AssetItem) => number {
  const ofAsset = new Map<Asset, number>()
  return ({ asset, item }) => {
    if (item.quiet.length > 0) return longestCovered([...asset.quiet, ...item.quiet]) * 60_000
    const known = ofAsset.get(asset) ?? longestCovered(asset.quiet) * 60_000
    ofAsset.set(asset, known)
    return known
  }
}

function withoutMtdl(of: AssetItem, facts: ItemFacts | undefined): ItemSchedule {
  const { every } = of.item
  return {
    item: of.id,
    interval: every ?? defaultInterval,
    source: every === null ? 'default' : 'typed',
    mtdl: null,
    process: null,
    captureTime: captureTimeOf(of, facts, null),
    scenarios: [],
  }
}

function withMtdl(
  of: AssetItem,
  facts: ItemFacts | undefined,
  bound: Bound,
  groups: ReadonlyMap<Loss, SurvivorGroup>,
  zone: Zone | undefined,
): ItemSchedule {
  const { quiet, process, milliseconds: mtdl } = bound
  const captureTime = captureTimeOf(of, facts, mtdl)
  const captureAtMost = captureTimeOf(of, facts, null).milliseconds
  const outcomes = new Map<SurvivorGroup, Outcome>()
  const scenarios: ScenarioInterval[] = []
  for (const [scenario, group] of groups) {
    const short = { of, zone, process, mtdl, quiet, capture: captureTime, captureAtMost, group }
    const outcome = outcomes.get(group) ?? outcomeOf(short)
    outcomes.set(group, outcome)
    scenarios.push({ scenario, ...outcome.result })
  }
  const { every } = of.item
  return {
    item: of.id,
    interval: every ?? durationOf(Math.min(...[...outcomes.values()].map(({ asked }) => asked))),
    source: every === null ? 'derived' : 'typed',
    mtdl: bound.mtdl,
    process,
    captureTime,
    scenarios,
  }
}

interface Outcome {
  /** Milliseconds; endless where no place survives that could be relied on: it forces nothing. */
  readonly asked: number
  readonly result: Omit<ScenarioInterval, 'scenario'>
}

function outcomeOf(short: Shortfall): Outcome {
  const { best } = short.group
  const { mtdl, quiet } = short
  const terms = { mtdl, quiet, capture: short.capture.milliseconds, lag: best?.lag ?? null }
  const place = best?.place.id ?? null
  const counted = best === null ? null : { ...terms, lag: best.lag }
  const asked = counted === null ? Number.POSITIVE_INFINITY : intervalAsked(counted)
  if (counted !== null && isFeasible(counted)) {
    return { asked, result: { place, interval: intervalLeft(counted), terms, tooLarge: null, remedy: null } }
  }
  return { asked, result: { place, interval: null, terms, tooLarge: tooLargeOf(short), remedy: remedyOf(short) } }
}
