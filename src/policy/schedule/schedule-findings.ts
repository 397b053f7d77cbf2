import { durationOf, formatDuration, milliseconds } from '../../site/duration.ts'
import type { Site } from '../../site/site.ts'
import type { Finding, Severity } from '../finding.ts'
import { lossName } from '../scenario.ts'
import type { ItemSchedule, ScenarioInterval } from './item-schedule.ts'
import { intervalLeft, shortestMtdl } from './loss-terms.ts'

/**
 * What of one item's schedule cannot be held. `mtdl-infeasible`: one for all scenarios with the same cause and the same
 * remedy; high where a failed device is among them, for that happens most, else medium. A scenario of which only a place's
 * lag is unknown is none of them: `placeFindings` tells it once. `interval-breaks-mtdl`: the same severities.
 */
export function scheduleFindings(schedule: ItemSchedule): Finding[] {
  const causes = Map.groupBy(
    schedule.scenarios.filter(({ tooLarge }) => tooLarge !== null && tooLarge !== 'lag-missing'),
    ({ tooLarge, place, remedy }) => JSON.stringify([tooLarge, place, remedy]),
  )
  return [...[...causes.values()].flatMap(group => infeasible(schedule, group)), ...typedTooLong(schedule)]
}

/** Of each place besides the first that does not state its lag, `lag-missing`: what is copied there counts for no schedule. */
export function placeFindings(site: Site): Finding[] {
  return site.places.slice(1).flatMap(({ id, lag, online }): Finding[] => {
    if (lag !== null) return []
    const such = online ? 'such as 1h for a nightly copy that takes an hour' : 'such as 7d for one attached every week'
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
    process: schedule.process,
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

/** `every` against what the feasible scenarios leave; where one is infeasible by its quiet windows, against what is left outside them. */
function typedTooLong(schedule: ItemSchedule): Finding[] {
  const { item, mtdl, process } = schedule
  if (schedule.source !== 'typed' || mtdl === null || process === null) return []
  const every = milliseconds(schedule.interval)
  const broken = schedule.scenarios.filter(one => every > (leftOf(one) ?? Number.POSITIVE_INFINITY))
  if (broken.length === 0) return []
  const longest = Math.min(...broken.map(one => leftOf(one) ?? Number.POSITIVE_INFINITY))
  const facts = {
    scenarios: broken.map(({ scenario }) => lossName(scenario)),
    process,
    everySeconds: every / 1000,
    longestSeconds: longest / 1000,
    mtdlSeconds: milliseconds(mtdl) / 1000,
    captureSeconds: schedule.captureTime.milliseconds / 1000,
    captureMeasured: schedule.captureTime.measured,
  }
  const remedy = `Set every of item ${item} to ${text(longest)} at most (the MTDL of process ${process} is ${formatDuration(mtdl)}), or remove it: the interval then follows from the MTDL.`
  return [{ code: 'interval-breaks-mtdl', severity: severityOf(broken), subject: item, facts, remedy }]
}

/** Milliseconds; null where no interval would do. */
function leftOf({ interval, terms, tooLarge }: ScenarioInterval): number | null {
  if (tooLarge !== 'quiet' || terms.lag === null) return interval
  const left = intervalLeft({ ...terms, lag: terms.lag })
  return left > 0 ? left : null
}

function text(total: number): string {
  return formatDuration(durationOf(total < 1000 ? total : Math.floor(total / 1000) * 1000))
}
