import { type DataKind, dataKinds, type Process } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'
import { aheadUntil, isAhead } from '../clock.ts'
import type { Facts, RehearsalFacts } from '../facts.ts'
import { type Loss, lossName } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import type { ItemJudgement } from './judge-item.ts'
import type { Limits, ProcessVerdict, Proof, ScenarioVerdict, Verdict } from './process-verdict.ts'
import { createRecovery, type LossOf, neverMeasured, type RecoveryTime } from './recovery-time.ts'
import { failures, missing } from './verdict-reasons.ts'

/** `cls`: the gravest of the assets that it needs; `items`: all that it needs of them; `judgedOf` looks one of them up. */
export function judgeProcess(
  index: SiteIndex,
  process: Process,
  cls: Class | null,
  items: readonly ItemJudgement[],
  judgedOf: (item: string) => ItemJudgement | undefined,
  facts: Pick<Facts, 'now' | 'rehearsals'>,
): ProcessVerdict {
  const rehearsal = facts.rehearsals.get(process.id)
  const limits = {
    mtd: process.mtd?.total('milliseconds') ?? null,
    rto: process.rto?.total('milliseconds') ?? (process.mtd === null ? null : 0.8 * process.mtd.total('milliseconds')),
  }
  const restoreOf = (id: string) => judgedOf(id)?.restore ?? neverMeasured(id)
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
  const open = items.filter(item => item.drilled === null)
  if (!open.some(item => dutiesOf(item.class).drillSampled)) return open.map(({ item }) => item)
  const sampled = new Set(items.flatMap(item => (item.drilled === null ? [] : [item.asset])))
  return open.filter(item => !(dutiesOf(item.class).drillSampled && sampled.has(item.asset))).map(({ item }) => item)
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
  readonly nothingLeft: readonly string[]
  readonly lossBroken: readonly string[]
  readonly undated: readonly string[]
  readonly unchecked: readonly string[]
  readonly lagMissing: readonly string[]
  readonly infeasible: readonly string[]
  /** Whether an MTDL is stated for every item, and it is known what is lost of each. */
  readonly known: boolean
  /** By asset, as `loss`; only where it costs work. */
  readonly lossOfAsset: ReadonlyMap<string, number | null>
  /** The most that one of the items loses at worst, by the schedule; null where that is not known of one. */
  readonly loss: number | null
  readonly validUntil: number
}

function copiesIn(items: readonly ItemJudgement[], position: number, { costly, now, mtdl }: Context): ScenarioCopies {
  const [nothingLeft, lossBroken, undated]: [string[], string[], string[]] = [[], [], []]
  const [unchecked, lagMissing, infeasible]: [string[], string[], string[]] = [[], [], []]
  const lossOfAsset = new Map<string, number | null>()
  let known = items.length > 0
  let loss: number | null = items.length === 0 ? null : 0
  let validUntil = Number.POSITIVE_INFINITY
  for (const item of items) {
    const own = mtdl[item.data]
    const seen = item.bestSeen[position] ?? null
    const planned = item.plannedLoss[position] ?? null
    if (seen === null) nothingLeft.push(item.item)
    else {
      if (seen === Number.POSITIVE_INFINITY) undated.push(item.item)
      else if (own !== null && seen + own < now) lossBroken.push(item.item)
      else if (own !== null && seen + own < validUntil) validUntil = seen + own
      if (item.checked[position] !== true) unchecked.push(item.item)
      if (own !== null && planned === null) lagMissing.push(item.item)
    }
    if (loss !== null) loss = planned === null ? null : planned > loss ? planned : loss
    if (costly) lossOfAsset.set(item.asset, greater(lossOfAsset.get(item.asset), planned))
    if (planned === null || own === null || seen === Number.POSITIVE_INFINITY) known = false
    else if (planned > own) infeasible.push(item.item)
  }
  return {
    ...{ nothingLeft, lossBroken, undated, unchecked, lagMissing, infeasible },
    ...{ known, lossOfAsset, loss, validUntil },
  }
}

/** Null, which is not known, is greater than everything. */
function greater(a: number | null | undefined, b: number | null): number | null {
  if (a === undefined) return b
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
