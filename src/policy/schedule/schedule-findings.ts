import { formatMilliseconds, milliseconds } from '../../site/duration.ts'
import type { Site } from '../../site/site.ts'
import type { Finding, Severity } from '../finding.ts'
import { lossName } from '../scenario.ts'
import type { ItemSchedule, ScenarioInterval } from './item-schedule.ts'
import { intervalLeft, shortestMtdl } from './loss-terms.ts'
import { writtenSpan } from './written-span.ts'

/**
 * What of one item's schedule cannot be held. `mtdl-infeasible`: one for all scenarios with the same cause and the same
 * remedy; high where a failed device is among them, for that happens most, else medium. No scenario that no process must
 * come back from is among them, and none of which only a place's lag is unknown: `placeFindings` tells that once. `interval-breaks-mtdl`: the same severities.
 */
export function scheduleFindings(schedule: ItemSchedule): Finding[] {
  const causes = Map.groupBy(
    schedule.scenarios.filter(
      ({ tooLarge, process }) => process !== null && tooLarge !== null && tooLarge !== 'lag-missing',
    ),
    ({ tooLarge, place, remedy }) => JSON.stringify([tooLarge, place, remedy]),
  )
  return [...[...causes.values()].flatMap(group => infeasible(schedule, group)), ...typedTooLong(schedule)]
}

/** Of each place besides the first that does not state its lag, `lag-missing`: what is copied there counts for no schedule. */
export function placeFindings(site: Site): Finding[] {
  return site.places.slice(1).flatMap(({ id, lag, online }): Finding[] => {
    if (lag !== null) return []
    const such = online ? 'such as 15m for a copy that follows every capture' : 'such as 7d for one attached every week'
    const remedy = `State lag of place ${id} in site.yaml: how long at most until a new version is verified there, ${such}.`
    return [{ code: 'lag-missing', severity: 'medium', subject: id, facts: { online }, remedy }]
  })
}

function infeasible(schedule: ItemSchedule, group: readonly ScenarioInterval[]): Finding[] {
  const [first] = group
  if (first === undefined || first.remedy === null) return []
  const { tooLarge, place, terms, remedy } = first
  const holdsFrom = terms.lag === null ? null : shortestMtdl({ ...terms, lag: terms.lag })
  const facts = {
    scenarios: group.map(({ scenario }) => lossName(scenario)),
    process: first.process,
    tooLarge,
    place,
    mtdlSeconds: terms.mtdl / 1000,
    quietSeconds: secondsOf(terms.quiet),
    captureSeconds: terms.capture / 1000,
    captureMeasured: schedule.captureTime.measured,
    lagSeconds: terms.lag === null ? null : terms.lag / 1000,
    /** The tightest MTDL that would hold with these terms. */
    holdsFromSeconds: holdsFrom === null ? null : secondsOf(holdsFrom),
  }
  return [{ code: 'mtdl-infeasible', severity: severityOf(group), subject: schedule.item, facts, remedy }]
}

/** Null where it is endless, which JSON cannot say. */
function secondsOf(total: number): number | null {
  return Number.isFinite(total) ? total / 1000 : null
}

function severityOf(group: readonly ScenarioInterval[]): Severity {
  return group.some(({ scenario }) => scenario.kind === 'device') ? 'high' : 'medium'
}

/**
 * `every` against what the scenarios leave that a process must come back from; where one is infeasible by its quiet windows,
 * against what is left outside them, and where none is feasible, against the MTDL.
 */
function typedTooLong(schedule: ItemSchedule): Finding[] {
  const { item, mtdl, source } = schedule
  if (source !== 'typed' || mtdl === null) return []
  const every = milliseconds(schedule.interval)
  const limits = schedule.scenarios.flatMap(scenario => limitOf(scenario) ?? [])
  const broken = limits.filter(({ limit }) => every > limit)
  const [tightest] = broken.toSorted((a, b) => a.limit - b.limit)
  if (tightest === undefined) return limits.length === 0 ? typedOverMtdl(schedule, every, milliseconds(mtdl)) : []
  const { limit, scenario } = tightest
  const scenarios = broken.map(one => one.scenario)
  const remedy = `Set every of item ${item} to ${writtenSpan(limit)} at most (the MTDL of process ${scenario.process} is ${text(scenario.terms.mtdl)}), or remove it: the interval then follows from the MTDL.`
  const facts = typedFacts(schedule, every, scenario.terms.mtdl, limit)
  const named = { scenarios: scenarios.map(one => lossName(one.scenario)), process: scenario.process, ...facts }
  return [{ code: 'interval-breaks-mtdl', severity: severityOf(scenarios), subject: item, facts: named, remedy }]
}

function typedOverMtdl(schedule: ItemSchedule, every: number, mtdl: number): Finding[] {
  if (every <= mtdl) return []
  const { item, process } = schedule
  const remedy = `every of item ${item} is longer than the MTDL of ${text(mtdl)} of process ${process}: shorten it, or remove it, and see the finding mtdl-infeasible.`
  const facts = { scenarios: [], process, ...typedFacts(schedule, every, mtdl, null) }
  return [{ code: 'interval-breaks-mtdl', severity: 'high', subject: item, facts, remedy }]
}

/** Milliseconds in, seconds out. */
function typedFacts({ captureTime }: ItemSchedule, every: number, mtdl: number, longest: number | null) {
  return {
    everySeconds: every / 1000,
    longestSeconds: longest === null ? null : longest / 1000,
    mtdlSeconds: mtdl / 1000,
    captureSeconds: captureTime.milliseconds / 1000,
    captureMeasured: captureTime.measured,
  }
}

/** The longest interval of a scenario, in milliseconds; null where no process must come back from it, or none would do. */
function limitOf(scenario: ScenarioInterval): { readonly limit: number; readonly scenario: ScenarioInterval } | null {
  const { process, interval, terms, tooLarge } = scenario
  if (process === null) return null
  const outside = tooLarge === 'quiet' && terms.lag !== null ? intervalLeft({ ...terms, lag: terms.lag }) : null
  const limit = interval ?? outside
  return limit === null || limit <= 0 ? null : { limit, scenario }
}

function text(total: number): string {
  return formatMilliseconds(total < 1000 ? total : Math.floor(total / 1000) * 1000)
}
