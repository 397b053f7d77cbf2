import { dependencyOrder } from '../site/dependency-order.ts'
import { type Asset, type Item, type Process, type RecoveryStep, recoverySteps, type Site } from '../site/site.ts'
import { type Loss, worstLoss } from './worst-loss.ts'

/** What is known of one item. */
export interface RecoveryFacts {
  /** The version that a recovery brings back; null before the first capture. */
  readonly version: {
    readonly id: string
    readonly choice: 'approved' | 'latest'
    readonly bytes: number
    /** False when the repository lost it. */
    readonly inRepository: boolean
  } | null
  readonly drill: {
    readonly time: Temporal.Instant
    readonly version: string
    readonly passed: boolean
    readonly milliseconds: number
  } | null
  /** What writing to the device means, as its connector says; `stops`: the machine stands still meanwhile. */
  readonly writeBack: 'writes' | 'stops' | 'unsupported'
}

export interface PlanStep {
  /** From 1. */
  readonly number: number
  readonly item: string
  readonly asset: string
  readonly assetName: string | null
  readonly version: string | null
  readonly choice: 'approved' | 'latest' | null
  readonly bytes: number
  /** `by-hand`: restored into a folder, and put into the device by a person. */
  readonly to: 'device' | 'by-hand'
  readonly command: string
  /** What a person does besides, or must know; null for nothing. */
  readonly words: string | null
  /** Milliseconds of the newest drill; null where there is none that passed. */
  readonly measured: number | null
  /** When, and on which version, it was measured. */
  readonly measuredAt: Temporal.Instant | null
  readonly measuredVersion: string | null
  /** Why it is not measured. */
  readonly unmeasured: 'no-version' | 'lost' | 'never-drilled' | 'drill-failed' | null
  /** Milliseconds of this and all steps before it, as far as they are measured. */
  readonly total: number
  /** False where a step up to this one is not measured: then `total` is the least that it takes. */
  readonly totalWhole: boolean
}

/**
 * `not-restorable`: a version is missing. `over-mtd`, `over-rto`: what is measured, with what the site file states, takes longer. `unproven`: not
 * every step is measured. `no-mtd`: there is nothing to measure against. `fits`: that leaves time.
 */
export type PlanVerdict = 'not-restorable' | 'over-mtd' | 'over-rto' | 'unproven' | 'no-mtd' | 'fits'

export interface ProcessPlan {
  readonly process: string
  readonly name: string | null
  readonly steps: readonly PlanStep[]
  /** Needed assets of which nothing is backed up. */
  readonly bare: readonly string[]
  /** Milliseconds, as all times here; null where none is stated. */
  readonly mtd: number | null
  readonly rto: number | null
  readonly total: number
  readonly totalWhole: boolean
  readonly verdict: PlanVerdict
  /** The steps that take most of the time, longest first; together at least half of it. */
  readonly dominant: readonly { readonly item: string; readonly milliseconds: number; readonly share: number }[]
  readonly worstLoss: Loss | null
  /** What people need besides, as the site file states it; no step's time holds it, the verdict does. */
  readonly people: {
    readonly stated: readonly { readonly step: RecoveryStep; readonly milliseconds: number }[]
    readonly total: number
    readonly unknown: readonly RecoveryStep[]
  }
}

/** What no plan can time yet, whatever the site file states. */
export const unknownSteps: readonly string[] = ['replacing hardware', 'writing into the devices']

/** What people do besides, in the order in which they do it: as a gerund for a sentence. */
export const peopleWords = {
  detect: 'noticing the loss',
  decide: 'deciding',
  isolate: 'isolating',
  keys: 'fetching keys',
  media: 'fetching media',
  reconfigure: 'reconfiguring',
  reissue: 'issuing certificates anew',
  validate: 'validating before the restart',
} as const satisfies Readonly<Record<RecoveryStep, string>>

function peopleOf({ recovery }: Process): ProcessPlan['people'] {
  const stated = recoverySteps.flatMap(step => {
    const time = recovery[step]
    return time === null ? [] : [{ step, milliseconds: time.total('milliseconds') }]
  })
  return {
    stated,
    total: stated.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    unknown: recoverySteps.filter(step => recovery[step] === null),
  }
}

/** The order in which a process is brought back, with measured times against what it may take: pure. */
export function planRecovery(site: Site, process: Process, facts: ReadonlyMap<string, RecoveryFacts>): ProcessPlan {
  const order = dependencyOrder(site, [process.id])
  const steps: PlanStep[] = []
  for (const { asset, items } of order) {
    for (const item of items) steps.push(planStep(asset, item, facts.get(`${asset.id}/${item.id}`), steps.at(-1)))
  }
  const last = steps.at(-1)
  const times = {
    mtd: process.mtd?.total('milliseconds') ?? null,
    rto: process.rto?.total('milliseconds') ?? null,
    total: last?.total ?? 0,
    totalWhole: last?.totalWhole ?? true,
  }
  const people = peopleOf(process)
  const besides = people.total + (process.afterLoss.fixed?.total('milliseconds') ?? 0)
  const bare = order.filter(({ items }) => items.length === 0).map(({ asset }) => asset.id)
  return {
    process: process.id,
    name: process.name,
    steps,
    bare,
    ...times,
    verdict: verdictOf(steps, bare, { ...times, total: times.total + besides }),
    dominant: dominantOf(steps, times.total),
    worstLoss: worstLoss(process),
    people,
  }
}

function planStep(asset: Asset, item: Item, facts: RecoveryFacts | undefined, before: PlanStep | undefined): PlanStep {
  const id = `${asset.id}/${item.id}`
  const version = facts?.version ?? null
  const unmeasured = whyUnmeasured(facts)
  const drill = unmeasured === null ? (facts?.drill ?? null) : null
  const to = facts === undefined || facts.writeBack === 'unsupported' ? 'by-hand' : 'device'
  return {
    number: (before?.number ?? 0) + 1,
    item: id,
    asset: asset.id,
    assetName: asset.name,
    version: version?.id ?? null,
    choice: version?.choice ?? null,
    bytes: version?.bytes ?? 0,
    to,
    command: `blackstart restore ${id}@${version?.choice ?? 'latest'} ${to === 'device' ? '--to-device' : '--to DIR'}`,
    words: to === 'by-hand' ? byHand(asset, item) : facts?.writeBack === 'stops' ? standsStill(asset) : null,
    measured: drill?.milliseconds ?? null,
    measuredAt: drill?.time ?? null,
    measuredVersion: drill?.version ?? null,
    unmeasured,
    total: (before?.total ?? 0) + (drill?.milliseconds ?? 0),
    totalWhole: (before?.totalWhole ?? true) && drill !== null,
  }
}

function whyUnmeasured(facts: RecoveryFacts | undefined): PlanStep['unmeasured'] {
  if (facts === undefined || facts.version === null) return 'no-version'
  if (!facts.version.inRepository) return 'lost'
  if (facts.drill === null) return 'never-drilled'
  return facts.drill.passed ? null : 'drill-failed'
}

const tools: Partial<Record<Item['kind'], string>> = {
  program: 'its engineering tool',
  project: 'its engineering tool',
  configuration: 'its command line or web page',
  image: 'an imaging tool',
  firmware: "the vendor's update tool",
  database: "the database's own tool",
}

function byHand(asset: Asset, item: Item): string {
  return `then load it into ${asset.name ?? asset.id} by hand, with ${tools[item.kind] ?? "the device's own tool"}`
}

function standsStill(asset: Asset): string {
  return `${asset.name ?? asset.id} stands still while it is written`
}

interface Times {
  readonly mtd: number | null
  readonly rto: number | null
  readonly total: number
  readonly totalWhole: boolean
}

/** The gravest that is certain. */
function verdictOf(steps: readonly PlanStep[], bare: readonly string[], times: Times): PlanVerdict {
  if (steps.some(({ unmeasured }) => unmeasured === 'no-version' || unmeasured === 'lost')) return 'not-restorable'
  if (times.mtd !== null && times.total > times.mtd) return 'over-mtd'
  if (times.rto !== null && times.total > times.rto) return 'over-rto'
  if (!times.totalWhole || steps.length === 0 || bare.length > 0) return 'unproven'
  return times.mtd === null ? 'no-mtd' : 'fits'
}

function dominantOf(steps: readonly PlanStep[], total: number): ProcessPlan['dominant'] {
  const longest = steps
    .flatMap(({ item, measured }) => (measured === null || measured === 0 ? [] : [{ item, milliseconds: measured }]))
    .sort((a, b) => b.milliseconds - a.milliseconds)
  let sum = 0
  const found = longest.findIndex(({ milliseconds }) => {
    sum += milliseconds
    return sum * 2 >= total
  })
  return longest.slice(0, found + 1).map(step => ({ ...step, share: step.milliseconds / total }))
}
