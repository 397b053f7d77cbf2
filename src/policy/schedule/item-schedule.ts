import { durationOf, milliseconds } from '../../site/duration.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { Asset } from '../../site/site.ts'
import { longestCovered } from '../../site/window.ts'
import type { ItemFacts } from '../facts.ts'
import type { Loss } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import { type CaptureTime, captureTimeOf } from './capture-time.ts'
import { intervalAsked, intervalLeft, isFeasible } from './loss-terms.ts'
import { remedyOf, type Shortfall, type TooLarge, tooLargeOf } from './remedy.ts'
import { type SurvivorGroup, survivorGroups } from './survivors.ts'
import { createTightestMtdl, type StatedMtdl } from './tightest-mtdl.ts'

/** The longest capture interval that holds the MTDL when this is lost: REQUIREMENTS.md, schedule from MTDL. */
export interface ScenarioInterval {
  readonly scenario: Loss
  /** Whose MTDL counts in it; null where no process must come back from it: then the tightest of all is shown, and forces nothing. */
  readonly process: string | null
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
   * to rely on asks for (`intervalAsked`, also where it is infeasible); without an MTDL an hour.
   */
  readonly interval: Temporal.Duration
  readonly source: 'typed' | 'derived' | 'default'
  /** The tightest MTDL that needs it, and whose it is, the first of the file where several are; null where nobody states one. */
  readonly mtdl: Temporal.Duration | null
  readonly process: string | null
  /** What is counted on for a capture with the tightest MTDL; an assumed one may be longer where a scenario's MTDL is. */
  readonly captureTime: CaptureTime
  /** In the order of the index; empty without an MTDL. */
  readonly scenarios: readonly ScenarioInterval[]
}

/** What an item is captured at that has neither `every` nor an MTDL. */
const defaultInterval = Temporal.Duration.from({ hours: 1 })

/** Everything of the site alone is computed once here. */
export function createScheduler(index: SiteIndex): (of: AssetItem, facts: ItemFacts | undefined) => ItemSchedule {
  const groupsOf = createGroups(index)
  const zones = new Map(index.site.zones.map(zone => [zone.id, zone]))
  const tightest = createTightestMtdl(index)
  const quietOf = longestQuiet()
  return (of, facts) => {
    const mtdl = tightest(of)
    if (mtdl === null) return withoutMtdl(of, facts)
    const captureOf = (bound: number | null) => captureTimeOf(of, facts, bound)
    const common = { of, zone: zones.get(of.asset.zone), quiet: quietOf(of), captureOf }
    const outcomes = new Map<Loss, Outcome>()
    for (const [stated, kinds] of mtdl.byScope) {
      outcomesOf(common, stated, mtdl.overall, groupsOf(kinds), outcomes)
    }
    const { every } = of.item
    return {
      item: of.id,
      interval: every ?? durationOf(shortestAsked([...outcomes.values()])),
      source: every === null ? 'derived' : 'typed',
      mtdl: mtdl.overall.mtdl,
      process: mtdl.overall.process,
      captureTime: captureOf(mtdl.overall.milliseconds),
      scenarios: index.scenarios.flatMap(scenario => outcomes.get(scenario)?.result ?? []),
    }
  }
}

/** The scenarios of these kinds, in groups; for each set of kinds computed once. */
function createGroups({ site, scenarios }: SiteIndex) {
  const known = new Map<string, ReadonlyMap<Loss, SurvivorGroup>>()
  return (kinds: readonly string[]): ReadonlyMap<Loss, SurvivorGroup> => {
    const key = kinds.join()
    const groups =
      known.get(key) ??
      survivorGroups(
        site,
        scenarios.filter(({ kind }) => kinds.includes(kind)),
      )
    known.set(key, groups)
    return groups
  }
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

interface Outcome {
  /** Milliseconds; endless where no place survives that could be relied on: it forces nothing. */
  readonly asked: number
  readonly result: ScenarioInterval
}

interface GroupOutcome extends Pick<Outcome, 'asked'> {
  readonly result: Omit<ScenarioInterval, 'scenario' | 'process'>
}

interface ItemTerms extends Pick<Shortfall, 'of' | 'zone' | 'quiet'> {
  /** For an MTDL in milliseconds; null: for any. */
  readonly captureOf: (mtdl: number | null) => CaptureTime
}

/** Adds the scenarios of the groups; `stated` null: no process must come back from them. */
function outcomesOf(
  { captureOf, ...item }: ItemTerms,
  stated: StatedMtdl | null,
  overall: StatedMtdl,
  groups: ReadonlyMap<Loss, SurvivorGroup>,
  outcomes: Map<Loss, Outcome>,
): void {
  const { process, milliseconds: mtdl } = stated ?? overall
  const captures = { capture: captureOf(mtdl), captureAtMost: captureOf(null).milliseconds }
  const ofGroups = new Map<SurvivorGroup, GroupOutcome>()
  for (const [scenario, group] of groups) {
    const { asked, result } = ofGroups.get(group) ?? outcomeOf({ ...item, ...captures, process, mtdl, group })
    ofGroups.set(group, { asked, result })
    outcomes.set(scenario, { asked, result: { scenario, process: stated?.process ?? null, ...result } })
  }
}

function outcomeOf(short: Shortfall): GroupOutcome {
  const { best } = short.group
  const { mtdl, quiet } = short
  const place = best?.place.id ?? null
  const terms = { mtdl, quiet, capture: short.capture.milliseconds, lag: best?.lag ?? null }
  const counted = best === null ? null : { ...terms, lag: best.lag }
  const asked = counted === null ? Number.POSITIVE_INFINITY : intervalAsked(counted)
  if (counted !== null && isFeasible(counted)) {
    return { asked, result: { place, interval: intervalLeft(counted), terms, tooLarge: null, remedy: null } }
  }
  return { asked, result: { place, interval: null, terms, tooLarge: tooLargeOf(short), remedy: remedyOf(short) } }
}

/** Of the scenarios that a process must come back from; where none of those has a place to rely on, of the others. */
function shortestAsked(outcomes: readonly Outcome[]): number {
  const shortest = (some: readonly Outcome[]) => Math.min(...some.map(({ asked }) => asked))
  const inScope = shortest(outcomes.filter(({ result }) => result.process !== null))
  const asked = Number.isFinite(inScope) ? inScope : shortest(outcomes)
  return Number.isFinite(asked) ? asked : milliseconds(defaultInterval)
}
