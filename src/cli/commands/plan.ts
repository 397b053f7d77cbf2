import type { Command } from 'commander'
import type { Plan } from '../../api/schema/risk.ts'
import type { Session } from '../../api/schema/session.ts'
import { connectors } from '../../capture/all.ts'
import { loadSite } from '../../node/load-site.ts'
import { openSiteRecord } from '../../node/open-site.ts'
import { selectProcesses } from '../../node/views/recovery-plan.ts'
import { gatherRecoveryFacts } from '../../recover/gather-recovery-facts.ts'
import {
  type PlanStep,
  type PlanVerdict,
  type ProcessPlan,
  peopleWords,
  planRecovery,
  unknownSteps,
} from '../../recover/plan-recovery.ts'
import { act, type Invocation } from '../invocation.ts'
import { findNode, type NodeClient } from '../node-client.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { bytesText, spanText, timeText } from '../words.ts'

export function registerPlan(program: Command): void {
  program
    .command('plan')
    .argument('[processes...]', 'processes; all of them by default')
    .description('in which order a process is restored, with the times that drills measured, against its MTD')
    .action(act<[string[]]>(plan))
}

interface Planned {
  readonly plans: readonly ProcessPlan[]
  readonly timezone: string
}

/**
 * By itself it needs neither the repository nor its key. With --json: `{ notInTheTimes: [...], processes: [{ process, name, steps:
 * [{ number, item, asset, assetName, version, choice, bytes, to: "device"|"by-hand", command, words, measured,
 * measuredAt, measuredVersion, unmeasured, total, totalWhole }], bare, mtd, rto, total, totalWhole, verdict, dominant:
 * [{ item, milliseconds, share }], worstLoss: { fixed, perLostHour, mtdl, total }, people: { stated, total, unknown } }] }`. Times are milliseconds,
 * `measuredAt` an instant; what is not known is null. See plan-recovery.ts for each.
 */
async function plan(invocation: Invocation, words: string[]): Promise<undefined> {
  const node = await findNode(invocation)
  const { plans, timezone } = node === null ? await planAlone(invocation, words) : await askNode(node, words)
  const none =
    'site.yaml names no process: nothing says what belongs together and how long it may stand still. Add one under processes.'
  invocation.out.result(
    { notInTheTimes: unknownSteps, processes: plans },
    plans.length === 0 ? none : plans.map(one => planText(one, timezone, invocation.out)).join('\n\n'),
  )
}

async function askNode(node: NodeClient, words: readonly string[]): Promise<Planned> {
  const query = words.length === 0 ? '' : `?process=${words.map(encodeURIComponent).join(',')}`
  const { processes } = await node.ask<Plan>('GET', `/api/plan${query}`)
  const { timezone } = await node.ask<Session>('GET', '/api/session')
  const plans = processes.map(({ steps, ...plan }) => ({ ...plan, steps: steps.map(stepOf) }))
  return { plans, timezone }
}

function stepOf({ measuredAt, ...step }: Plan['processes'][number]['steps'][number]): PlanStep {
  return { ...step, measuredAt: measuredAt === null ? null : Temporal.Instant.from(measuredAt) }
}

async function planAlone(invocation: Invocation, words: readonly string[]): Promise<Planned> {
  const site = await loadSite(invocation)
  const chosen = selectProcesses(site, words)
  await using record = await openSiteRecord(invocation)
  const facts = await gatherRecoveryFacts(site, record, writeBackOf)
  return { plans: chosen.map(process => planRecovery(site, process, facts)), timezone: site.timezone }
}

function writeBackOf(via: string): 'writes' | 'stops' | 'unsupported' {
  const connector = connectors.find(({ kind }) => kind === via)
  return connector?.restore === undefined ? 'unsupported' : connector.impact.restore
}

const verdictStyles = {
  'not-restorable': 'red',
  'over-mtd': 'red',
  'over-rto': 'yellow',
  unproven: 'yellow',
  'no-mtd': 'yellow',
  fits: 'green',
} as const satisfies Record<PlanVerdict, string>

function planText(plan: ProcessPlan, timezone: string, out: Output): string {
  const limits = [
    `MTD ${plan.mtd === null ? 'not stated' : limitText(plan.mtd)}`,
    ...(plan.rto === null ? [] : [`RTO ${limitText(plan.rto)}`]),
  ]
  const title = plan.name === null ? plan.process : `${plan.process}, ${plan.name}`
  const head = ['  ', 'ITEM', 'VERSION', '', 'SIZE', 'MEASURED', 'SO FAR']
  const body =
    plan.steps.length === 0
      ? ['  Nothing of what it needs is backed up.']
      : [table(head, plan.steps.map(stepRow)), '', ...plan.steps.map(step => stepText(step, out))]
  return [
    `${out.style('bold', title)}  ${limits.join(', ')}`,
    ...body,
    ...plan.bare.map(asset => `  -  ${asset}: needed, but nothing of it is backed up`),
    '',
    `  ${out.style(verdictStyles[plan.verdict], verdictWords[plan.verdict])}  ${sentence(plan)}`,
    ...measuredLine(plan, timezone),
    ...peopleLines(plan),
    ...lossLine(plan),
  ].join('\n')
}

function stepRow({
  number,
  item,
  version,
  choice,
  bytes,
  measured,
  unmeasured,
  total,
  totalWhole,
}: PlanStep): string[] {
  return [
    String(number).padStart(3),
    item,
    version ?? '-',
    choice ?? '',
    version === null ? '' : bytesText(bytes),
    measured === null ? unmeasuredWords[unmeasured ?? 'never-drilled'] : timeOf(measured),
    totalWhole ? timeOf(total) : total === 0 ? '?' : `${timeOf(total)} + ?`,
  ]
}

function stepText({ number, command, words, unmeasured }: PlanStep, out: Output): string {
  const missing = unmeasured === 'no-version' || unmeasured === 'lost'
  const line = missing ? out.style('red', 'there is no version to restore') : command
  return `${String(number).padStart(3)}  ${line}${words === null || missing ? '' : `, ${words}`}`
}

const unmeasuredWords: Readonly<Record<NonNullable<PlanStep['unmeasured']>, string>> = {
  'no-version': 'NEVER CAPTURED',
  lost: 'NOT IN THE REPOSITORY',
  'never-drilled': 'not measured: drill it',
  'drill-failed': 'LAST DRILL FAILED',
}

const verdictWords: Readonly<Record<PlanVerdict, string>> = {
  'not-restorable': 'NOT RESTORABLE',
  'over-mtd': 'OVER THE MTD',
  'over-rto': 'OVER THE RTO',
  unproven: 'UNPROVEN',
  'no-mtd': 'NO MTD',
  fits: 'FITS SO FAR',
}

function sentence(plan: ProcessPlan): string {
  const { mtd, rto } = plan
  const total = countedTime(plan)
  switch (plan.verdict) {
    case 'not-restorable': {
      const missing = plan.steps.filter(({ unmeasured }) => unmeasured === 'no-version' || unmeasured === 'lost')
      return `there is nothing to restore of ${missing.map(({ item }) => item).join(', ')}.`
    }
    case 'over-mtd':
      return `by ${timeOf(total - (mtd ?? 0))}. ${dominantText(plan)}`
    case 'over-rto':
      return `by ${timeOf(total - (rto ?? 0))}${mtd === null ? '' : `; inside the MTD by ${timeOf(mtd - total)}`}. ${dominantText(plan)}`
    case 'unproven': {
      const open = plan.steps.filter(({ unmeasured }) => unmeasured !== null).map(({ item }) => item)
      const bare = plan.bare.length === 0 ? [] : [`nothing is backed up of ${plan.bare.join(', ')}`]
      const drill = open.length === 0 ? [] : [`not measured: ${open.join(', ')} (blackstart drill ${plan.process})`]
      const reasons = [...drill, ...bare]
      return `${reasons.length === 0 ? 'it needs nothing that is backed up' : reasons.join('; ')}.`
    }
    case 'no-mtd':
      return `nothing says how long it may stand still. Write mtd into process ${plan.process} of site.yaml.`
    case 'fits':
      return `${timeOf((mtd ?? 0) - total)} of the MTD are left for what is not measured. ${dominantText(plan)}`
  }
}

function dominantText({ dominant }: ProcessPlan): string {
  if (dominant.length === 0) return ''
  const parts = dominant.map(
    ({ item, milliseconds, share }) => `${item} ${timeOf(milliseconds)} (${Math.round(share * 100)} %)`,
  )
  return `Most of the restoring: ${parts.join(', ')}.`
}

/** How old the measurements are, and whether they are of the version that would be restored. */
function measuredLine({ steps }: ProcessPlan, timezone: string): string[] {
  const measured = steps.filter(step => step.measuredAt !== null)
  const [oldest] = measured.flatMap(({ measuredAt }) => measuredAt ?? []).sort(Temporal.Instant.compare)
  if (oldest === undefined) return []
  const other = measured.filter(({ measuredVersion, version }) => measuredVersion !== version).map(({ item }) => item)
  const versions = other.length === 0 ? '' : ` Measured on another version: ${other.join(', ')}.`
  return [
    `  Restoring into a folder, one after the other; the oldest measurement is of ${timeText(oldest, timezone)}.${versions}`,
  ]
}

/** What people need besides, and what is in no time at all. */
function peopleLines({ people, process }: ProcessPlan): string[] {
  const stated = people.stated.map(({ step, milliseconds }) => `${peopleWords[step]} ${limitText(milliseconds)}`)
  const open = [...people.unknown.map(step => peopleWords[step]), ...unknownSteps]
  const ask = people.unknown.length === 0 ? '' : ` Ask the plant: blackstart interview ${process}`
  return [
    ...(stated.length === 0 ? [] : [`  Besides, as stated, ${limitText(people.total)}: ${stated.join(', ')}.`]),
    `  Not in these times, because nobody has measured or stated them: ${open.join(', ')}.${ask}`,
  ]
}

/** What counts against the MTD: what is measured, and what the site file states. */
function countedTime({ total, people, worstLoss }: ProcessPlan): number {
  return total + people.total + (worstLoss?.fixed ?? 0)
}

function lossLine({ worstLoss, process }: ProcessPlan): string[] {
  if (worstLoss === null) return []
  const { fixed, perLostHour, mtdl, total } = worstLoss
  const hourly = `${limitText(perLostHour)} for each lost hour`
  const rate = perLostHour === 0 ? limitText(fixed) : fixed === 0 ? hourly : `${limitText(fixed)} and ${hourly}`
  if (total === null)
    return [`  Work after a loss: ${rate}; how much may be lost is not stated (mtdl of process ${process}).`]
  if (perLostHour === 0) return [`  Work after a loss: ${rate}, however much is lost.`]
  const lost = mtdl === null ? '' : `, if the whole MTDL of ${limitText(mtdl)} is lost`
  return [`  Work after a loss, at worst ${limitText(total)}: ${rate}${lost}.`]
}

/** A measured time: `12 ms`, then as elsewhere. */
function timeOf(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : spanText(milliseconds)
}

/** A time that somebody stated: exactly, in its largest units. */
function limitText(milliseconds: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const
  const parts: string[] = []
  let left = Math.round(milliseconds / 1000) * 1000
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.length === 0 ? '0 s' : parts.join(' ')
}
