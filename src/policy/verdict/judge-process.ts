import { type DataKind, dataKinds, type Process } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'
import { aheadUntil, isAhead } from '../clock.ts'
import type { Facts, RehearsalFacts } from '../facts.ts'
import { type Loss, lossName } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import type { ItemJudgement } from './judge-item.ts'
import type { Limits, ProcessVerdict, Proof, ScenarioVerdict, Verdict } from './process-verdict.ts'
import { createRecovery, type LossOf, lostAssets, neverMeasured, type RecoveryTime } from './recovery-time.ts'
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
  const left = copiesIn(items, index.scenarios.length, context)
  const scenarios = index.scenarios.flatMap((scenario, position) => {
    const copies = left[position]
    if (copies === undefined) return []
    const time = recovery(scenario, lossOf(copies))
    const verdict = scenarioVerdict(process, scenario, copies, time, context)
    const restorable = !anyOf(copies.nothingLeft, index, process, scenario)
    return { ...verdict, restorable, validUntil: copies.validUntil }
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

/** Whether one of the items is lost on its device. */
function anyOf(items: readonly string[], index: SiteIndex, process: Process, loss: Loss): boolean {
  if (items.length === 0) return false
  const lost = new Set(lostAssets(index, process, loss).map(({ id }) => id))
  return items.some(item => lost.has(item.slice(0, item.indexOf('/'))))
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

/** What one scenario leaves of the items, as it is gathered. */
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

/** By scenario. Item by item, for there may be ten thousand, and few scenarios. */
function copiesIn(items: readonly ItemJudgement[], scenarios: number, context: Context): readonly ScenarioCopies[] {
  const found = Array.from(
    { length: scenarios },
    (): ScenarioCopies => ({
      ...{ nothingLeft: [], lossBroken: [], undated: [], unchecked: [], lagMissing: [], infeasible: [] },
      ...{ known: items.length > 0, lossOfAsset: new Map(), loss: items.length === 0 ? null : 0 },
      validUntil: Number.POSITIVE_INFINITY,
    }),
  )
  for (const item of items) {
    const own = context.mtdl[item.data]
    let position = 0
    for (const scenario of found) {
      addItem(scenario, item, position, own, context)
      position += 1
    }
  }
  return found
}

/** `own`: what the process can bear to lose of the item, in milliseconds. */
function addItem(
  found: ScenarioCopies,
  item: ItemJudgement,
  position: number,
  own: number | null,
  { costly, now }: Context,
): void {
  const seen = item.bestSeen[position] ?? null
  const planned = item.plannedLoss[position] ?? null
  if (seen === null) found.nothingLeft.push(item.item)
  else {
    if (seen === Number.POSITIVE_INFINITY) found.undated.push(item.item)
    else if (own !== null && seen + own < now) found.lossBroken.push(item.item)
    else if (own !== null && seen + own < found.validUntil) found.validUntil = seen + own
    if (item.checked[position] !== true) found.unchecked.push(item.item)
    if (own !== null && planned === null) found.lagMissing.push(item.item)
  }
  if (found.loss !== null && (planned === null || planned > found.loss)) found.loss = planned
  if (costly) found.lossOfAsset.set(item.asset, greater(found.lossOfAsset.get(item.asset), planned))
  if (planned === null || own === null || seen === Number.POSITIVE_INFINITY) found.known = false
  else if (planned > own) found.infeasible.push(item.item)
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
): Omit<ScenarioVerdict, 'restorable'> {
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
