import { formatDuration, formatMilliseconds } from '../../site/duration.ts'
import type { DataKind, Process } from '../../site/site.ts'
import { lossesWords, lossName, lossWords } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import type { ItemJudgement } from './judge-item.ts'
import type { Limits, Proof, ScenarioVerdict } from './process-verdict.ts'

/** What breaks it; scenarios in which the same items are concerned are told together. */
export function failures(
  index: SiteIndex,
  process: Process,
  items: readonly ItemJudgement[],
  scenarios: readonly ScenarioVerdict[],
  { mtd }: Limits,
): readonly string[] {
  const byName = new Map(index.scenarios.map(scenario => [lossName(scenario), scenario]))
  const grouped = (items: (verdict: ScenarioVerdict) => readonly string[]) =>
    [...Map.groupBy(scenarios, verdict => abridged(items(verdict)))].flatMap(([names, group]) =>
      names === ''
        ? []
        : [
            {
              names,
              when:
                group.length > 2 && group.length === scenarios.length
                  ? 'whatever is lost'
                  : lossesWords(group.flatMap(({ scenario }) => byName.get(scenario) ?? [])),
            },
          ],
    )
  // what has no copy at all needs no list of scenarios
  const [device] = index.scenarios.flatMap((scenario, position) => (scenario.kind === 'device' ? [position] : []))
  const nowhere = items.filter(({ bestSeen }) => bestSeen[device ?? 0] === null).map(({ item }) => item)
  const none = new Set(nowhere)
  const late = scenarios.filter(({ time }) => mtd !== null && time !== null && time.lower > mtd)
  return [
    ...(nowhere.length === 0 ? [] : [`there is no verified copy of ${abridged(nowhere)}`]),
    ...grouped(one => one.nothingLeft.filter(item => !none.has(item))).map(
      ({ names, when }) => `no verified copy of ${names} would be left ${when}`,
    ),
    ...grouped(one => one.lossBroken).map(
      ({ names, when }) => `the newest copy of ${names} that would be left ${when} is older than the MTDL allows`,
    ),
    ...grouped(one => one.infeasible).map(
      ({ names, when }) => `the MTDL of ${names} cannot be held ${when}, as the site is configured`,
    ),
    ...late.map(({ scenario, time }) => {
      const [slowest] = (time?.critical ?? []).toSorted((a, b) => b.milliseconds - a.milliseconds)
      const mostly = slowest === undefined ? '' : `, ${formatMilliseconds(slowest.milliseconds)} of it ${slowest.what}`
      const rto = process.mtd === null ? '' : formatDuration(process.mtd)
      const loss = byName.get(scenario)
      return `${loss === undefined ? scenario : lossWords(loss)} it takes at least ${formatMilliseconds(time?.lower ?? 0)} to come back${mostly}; the MTD is ${rto}`
    }),
  ]
}

/** What keeps it from being proven. */
export function missing(
  process: Process,
  scenarios: readonly ScenarioVerdict[],
  { rto }: Limits,
  { rehearsed, lastRehearsed, undrilled: open, items, mtdlMissing }: Proof,
): readonly string[] {
  const all = (of: (scenario: ScenarioVerdict) => readonly string[]) => [...new Set(scenarios.flatMap(of))]
  const [undated, lagMissing] = [all(one => one.undated), all(one => one.lagMissing)]
  const unchecked = all(one => one.unchecked)
  const unknown = [...new Set(scenarios.flatMap(({ time }) => time?.unknown ?? []))]
  const slow = scenarios.filter(({ time }) => rto !== null && time !== null && time.p90 !== null && time.p90 > rto)
  return [
    ...(items === 0 ? ['nothing of what it needs is backed up'] : []),
    ...mtdlWords(process, mtdlMissing),
    ...(process.mtd === null ? ['no MTD is stated'] : []),
    ...(undated.length === 0
      ? []
      : [`the copies of ${abridged(undated)} are dated ahead of the clock: their age is not known`]),
    ...(lagMissing.length === 0
      ? []
      : [
          `how much of ${abridged(lagMissing)} is lost is not known: the places that would be left do not state their lag`,
        ]),
    ...(unchecked.length === 0
      ? []
      : [`not read back within the period of its class, or in a place with errors: ${abridged(unchecked)}`]),
    ...(open.length === 0 ? [] : [`not restored within the period of its class: ${abridged(open)}`]),
    ...slow.map(
      ({ scenario, time }) =>
        `${scenario}: nine of ten recoveries take up to ${formatMilliseconds(time?.p90 ?? 0)}, more than the RTO`,
    ),
    ...(unknown.length === 0 ? [] : [`not known of the recovery time: ${abridged(unknown)}`]),
    ...(rehearsed ? [] : [rehearsalWords(lastRehearsed)]),
  ]
}

function mtdlWords({ mtdl }: Process, missing: readonly DataKind[]): readonly string[] {
  if (mtdl.configuration === null && mtdl.history === null) return ['no MTDL is stated']
  return missing.map(kind => `no MTDL of its ${kind} is stated`)
}

function rehearsalWords(last: Temporal.Instant | null): string {
  return last === null
    ? 'the human steps of the recovery were never rehearsed'
    : 'the human steps of the recovery were not rehearsed within the period of its class'
}

/** At most three, and how many more. */
export function abridged(names: readonly string[]): string {
  if (names.length <= 4) return names.join(', ')
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
