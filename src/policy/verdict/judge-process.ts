import { durationOf, formatDuration } from '../../site/duration.ts'
import { type DataKind, dataKinds, type Process } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'
import { aheadUntil, isAhead } from '../clock.ts'
import type { Facts, RehearsalFacts } from '../facts.ts'
import { type Loss, lossesWords, lossName, lossWords } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import type { ItemJudgement } from './judge-item.ts'
import { createRecovery, type LossOf, neverMeasured, type RecoveryTime } from './recovery-time.ts'

/** REQUIREMENTS.md, recovery time and verdict. */
export type Verdict = 'PROVEN' | 'UNPROVEN' | 'FAIL'

/** What comes back after one scenario. Milliseconds. */
export interface ScenarioVerdict {
  /** `device`, `node`, `domain:office`, `site`. */
  readonly scenario: string
  readonly verdict: Verdict
  readonly inScope: boolean
  /** Items of which no verified copy would be left. */
  readonly nothingLeft: readonly string[]
  /** Items whose best copy is older than their MTDL allows. */
  readonly lossBroken: readonly string[]
  /** Items whose best copy is of nobody knows when: all that would be left is dated ahead of the clock. */
  readonly undated: readonly string[]
  /** Items of which a copy would be left, but none that was read back within the period of its class in a place without errors. */
  readonly unchecked: readonly string[]
  /** Items that would be left only in places that do not state their lag. */
  readonly lagMissing: readonly string[]
  /** Items whose MTDL cannot be held as the site is configured. */
  readonly infeasible: readonly string[]
  /** The most that is lost while everything runs as it should; null where that is not known. */
  readonly loss: number | null
  /** Null where nothing of the process is lost. */
  readonly time: RecoveryTime | null
}

export interface ProcessVerdict {
  readonly id: string
  readonly verdict: Verdict
  /** For FAIL what breaks it, for UNPROVEN what is missing, for PROVEN nothing. */
  readonly reasons: readonly string[]
  /** The gravest of what it needs; null where nothing of it has a class. */
  readonly class: Class | null
  readonly mtd: number | null
  /** The target: as stated, else four fifths of the MTD. */
  readonly rto: number | null
  /** MTD less the longest lower bound of a scenario in scope; null where one of them is not known. */
  readonly slack: number | null
  /** Whether people have rehearsed it within the period of its class. */
  readonly rehearsed: boolean
  readonly lastRehearsed: Temporal.Instant | null
  readonly scenarios: readonly ScenarioVerdict[]
  /** Epoch milliseconds from which on time alone changes the verdict. */
  readonly validUntil: number
}

/** `cls`: the gravest of the assets that it needs; `items`: all that it needs of them. */
export function judgeProcess(
  index: SiteIndex,
  process: Process,
  cls: Class | null,
  items: readonly ItemJudgement[],
  facts: Pick<Facts, 'now' | 'rehearsals'>,
): ProcessVerdict {
  const byId = new Map(items.map(item => [item.item, item]))
  const rehearsal = facts.rehearsals.get(process.id)
  const limits = {
    mtd: process.mtd?.total('milliseconds') ?? null,
    rto: process.rto?.total('milliseconds') ?? (process.mtd === null ? null : 0.8 * process.mtd.total('milliseconds')),
  }
  const restoreOf = (id: string) => byId.get(id)?.restore ?? neverMeasured(id)
  const proof: Proof = {
    rehearsed: isRehearsed(rehearsal, cls, facts.now),
    lastRehearsed: rehearsal?.time ?? null,
    undrilled: undrilled(items),
    items: items.length,
    mtdlMissing: dataKinds.filter(kind => process.mtdl[kind] === null && items.some(({ data }) => data === kind)),
  }
  const mtdl = {
    configuration: process.mtdl.configuration?.total('milliseconds') ?? null,
    history: process.mtdl.history?.total('milliseconds') ?? null,
  }
  const recovery = createRecovery(index, process, { rehearsal, restoreOf })
  const costly = process.afterLoss.perLostHour !== null
  const context = { costly, now: facts.now.epochMilliseconds, mtdl, limits, proof }
  const scenarios = index.scenarios.map((scenario, position) => {
    const copies = copiesIn(items, position, context)
    const time = recovery(scenario, lossOf(copies))
    return { ...scenarioVerdict(process, scenario, copies, time, context), validUntil: copies.validUntil }
  })
  const scoped = scenarios.filter(({ inScope }) => inScope)
  const verdict = worst(scoped.map(one => one.verdict))
  const longest = scoped.flatMap(({ time }) => time?.lower ?? [])
  return {
    id: process.id,
    verdict,
    reasons:
      verdict === 'FAIL'
        ? failures(index, process, items, scoped, limits)
        : verdict === 'UNPROVEN'
          ? missing(process, scoped, limits, proof)
          : [],
    class: cls,
    ...limits,
    slack: limits.mtd === null || longest.length === 0 ? null : limits.mtd - Math.max(...longest),
    rehearsed: proof.rehearsed,
    lastRehearsed: proof.lastRehearsed,
    scenarios: scenarios.map(({ validUntil: _, ...one }) => one),
    validUntil: Math.min(rehearsalEnd(rehearsal, cls, facts.now), ...scenarios.map(one => one.validUntil)),
  }
}

interface Limits {
  readonly mtd: number | null
  readonly rto: number | null
}

interface Proof {
  readonly rehearsed: boolean
  readonly lastRehearsed: Temporal.Instant | null
  readonly undrilled: readonly string[]
  readonly items: number
  /** Kinds of data that it needs, and of which it does not state how much may be lost. */
  readonly mtdlMissing: readonly DataKind[]
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('FAIL')) return 'FAIL'
  return verdicts.includes('UNPROVEN') || verdicts.length === 0 ? 'UNPROVEN' : 'PROVEN'
}

/** Epoch milliseconds of the last moment until which time alone changes nothing. */
function rehearsalEnd(rehearsal: RehearsalFacts | undefined, cls: Class | null, now: Temporal.Instant): number {
  if (rehearsal === undefined) return Number.POSITIVE_INFINITY
  if (isAhead(rehearsal.time, now.epochMilliseconds)) return aheadUntil(rehearsal.time)
  const end = rehearsal.time.epochMilliseconds + dutiesOf(cls).drillEvery.total('milliseconds')
  return end < now.epochMilliseconds ? Number.POSITIVE_INFINITY : end
}

function isRehearsed(rehearsal: RehearsalFacts | undefined, cls: Class | null, now: Temporal.Instant): boolean {
  if (rehearsal === undefined || isAhead(rehearsal.time, now.epochMilliseconds)) return false
  return Number.isFinite(rehearsalEnd(rehearsal, cls, now))
}

/** Items that were not restored within the period of their class; of an asset of class low, one item stands for all. */
function undrilled(items: readonly ItemJudgement[]): readonly string[] {
  const sampled = new Set(items.flatMap(item => (item.drilled === null ? [] : [item.asset])))
  return items
    .filter(item => item.drilled === null && !(dutiesOf(item.class).drillSampled && sampled.has(item.asset)))
    .map(({ item }) => item)
}

interface Context {
  /** Whether each hour of data that is lost costs work. */
  readonly costly: boolean
  /** Epoch milliseconds. */
  readonly now: number
  readonly mtdl: Readonly<Record<DataKind, number | null>>
  readonly limits: Limits
  readonly proof: Proof
}

interface ScenarioCopies {
  readonly nothingLeft: string[]
  readonly lossBroken: string[]
  readonly undated: string[]
  readonly unchecked: string[]
  readonly lagMissing: string[]
  readonly infeasible: string[]
  /** Whether an MTDL is stated for every item, and it is known what is lost of each. */
  known: boolean
  /** By asset, as `loss`; only where it costs work. */
  readonly lossOfAsset: Map<string, number | null>
  /** The most that one of the items loses at worst, by the schedule; null where that is not known of one. */
  loss: number | null
  validUntil: number
}

function copiesIn(items: readonly ItemJudgement[], position: number, { costly, now, mtdl }: Context): ScenarioCopies {
  const found: ScenarioCopies = {
    ...{
      nothingLeft: [],
      lossBroken: [],
      undated: [],
      unchecked: [],
      lagMissing: [],
      infeasible: [],
      known: items.length > 0,
    },
    ...{ loss: items.length === 0 ? null : 0, lossOfAsset: new Map(), validUntil: Number.POSITIVE_INFINITY },
  }
  for (const item of items) {
    const own = mtdl[item.data]
    const seen = item.bestSeen[position] ?? null
    if (seen === null) found.nothingLeft.push(item.item)
    else if (!Number.isFinite(seen)) found.undated.push(item.item)
    else if (own !== null && seen + own < now) found.lossBroken.push(item.item)
    else if (own !== null) found.validUntil = Math.min(found.validUntil, seen + own)
    if (seen !== null && item.checked[position] !== true) found.unchecked.push(item.item)
    const loss = item.plannedLoss[position] ?? null
    found.loss = greater(found.loss, loss)
    if (costly) {
      const before = found.lossOfAsset.get(item.asset)
      found.lossOfAsset.set(item.asset, greater(before === undefined ? 0 : before, loss))
    }
    if (own !== null && loss === null && seen !== null) found.lagMissing.push(item.item)
    if (loss === null || own === null || !Number.isFinite(seen)) found.known = false
    else if (loss > own) found.infeasible.push(item.item)
  }
  return found
}

/** Null, which is not known, is greater than everything. */
function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

/** What is not lost loses nothing, and of what nothing is backed up, no data is known. */
function lossOf({ lossOfAsset }: ScenarioCopies): LossOf {
  return ({ id }) => {
    const loss = lossOfAsset.get(id)
    return loss === undefined ? 0 : loss
  }
}

function scenarioVerdict(
  process: Process,
  scenario: Loss,
  { nothingLeft, lossBroken, undated, unchecked, lagMissing, infeasible, known, loss }: ScenarioCopies,
  time: RecoveryTime | null,
  { limits, proof }: Context,
): ScenarioVerdict {
  const tooLong = time !== null && limits.mtd !== null && time.lower > limits.mtd
  const failed = nothingLeft.length + lossBroken.length + infeasible.length > 0 || tooLong
  const inTime =
    limits.mtd !== null && limits.rto !== null && (time === null || (time.p90 !== null && time.p90 <= limits.rto))
  const proven = known && inTime && proof.rehearsed && proof.undrilled.length + unchecked.length === 0
  return {
    scenario: lossName(scenario),
    verdict: failed ? 'FAIL' : proven ? 'PROVEN' : 'UNPROVEN',
    inScope: scenario.kind !== 'zone' && process.scope.includes(scenario.kind),
    ...{ nothingLeft, lossBroken, undated, unchecked, lagMissing, infeasible, loss, time },
  }
}

/** What breaks it; scenarios in which the same items are concerned are told together. */
function failures(
  index: SiteIndex,
  process: Process,
  items: readonly ItemJudgement[],
  scenarios: readonly ScenarioVerdict[],
  { mtd }: Limits,
): readonly string[] {
  const byName = new Map(index.scenarios.map(scenario => [lossName(scenario), scenario]))
  const grouped = (items: (verdict: ScenarioVerdict) => readonly string[]) =>
    [...Map.groupBy(scenarios, verdict => listed(items(verdict)))].flatMap(([names, group]) =>
      names === '' ? [] : [{ names, when: lossesWords(group.flatMap(({ scenario }) => byName.get(scenario) ?? [])) }],
    )
  // what has no copy at all needs no list of scenarios
  const [device] = index.scenarios.flatMap((scenario, position) => (scenario.kind === 'device' ? [position] : []))
  const nowhere = items.filter(({ bestSeen }) => bestSeen[device ?? 0] === null).map(({ item }) => item)
  const none = new Set(nowhere)
  const late = scenarios.filter(({ time }) => mtd !== null && time !== null && time.lower > mtd)
  return [
    ...(nowhere.length === 0 ? [] : [`there is no verified copy of ${listed(nowhere)}`]),
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
      const mostly = slowest === undefined ? '' : `, ${spanOf(slowest.milliseconds)} of it ${slowest.what}`
      const rto = process.mtd === null ? '' : formatDuration(process.mtd)
      const loss = byName.get(scenario)
      return `${loss === undefined ? scenario : lossWords(loss)} it takes at least ${spanOf(time?.lower ?? 0)} to come back${mostly}; the MTD is ${rto}`
    }),
  ]
}

function missing(
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
      : [`the copies of ${listed(undated)} are dated ahead of the clock: their age is not known`]),
    ...(lagMissing.length === 0
      ? []
      : [
          `how much of ${listed(lagMissing)} is lost is not known: the places that would be left do not state their lag`,
        ]),
    ...(unchecked.length === 0
      ? []
      : [`not read back within the period of its class, or in a place with errors: ${listed(unchecked)}`]),
    ...(open.length === 0 ? [] : [`not restored within the period of its class: ${listed(open)}`]),
    ...slow.map(
      ({ scenario, time }) =>
        `${scenario}: nine of ten recoveries take up to ${spanOf(time?.p90 ?? 0)}, more than the RTO`,
    ),
    ...(unknown.length === 0 ? [] : [`not known of the recovery time: ${listed(unknown)}`]),
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
export function listed(names: readonly string[]): string {
  if (names.length <= 4) return names.join(', ')
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}

function spanOf(milliseconds: number): string {
  return formatDuration(durationOf(Math.round(milliseconds)))
}
