import type { AssetItem } from '../../site/item-lookup.ts'
import type { Asset, Process, Spare } from '../../site/site.ts'
import type { DrillFacts, RehearsalFacts } from '../facts.ts'
import type { Loss } from '../scenario.ts'
import type { ProcessNeeds, SiteIndex } from '../site-index.ts'

/** Where a part of the time comes from. */
export type TimeSource = 'stated' | 'measured' | 'rehearsed'

export interface TimePart {
  /** `detect`, `hardware plc-filler`, `restore plc-filler/program`, `after the loss` … */
  readonly what: string
  readonly milliseconds: number
  readonly source: TimeSource
}

/** How long a process stands still after a loss: REQUIREMENTS.md, recovery time. Milliseconds. */
export interface RecoveryTime {
  /** The least that it takes: what is stated or measured, all that may go on at once going on at once. */
  readonly lower: number
  /** Nine of ten recoveries are shorter; null as long as a part is not known. */
  readonly p90: number | null
  /** What makes up `lower`, in the order in which it happens; of what goes on at once, the longest way. */
  readonly critical: readonly TimePart[]
  /** What nobody has stated or measured. */
  readonly unknown: readonly string[]
}

const before = ['detect', 'decide', 'isolate', 'keys', 'media'] as const
const after = ['reconfigure', 'reissue', 'validate'] as const
const hour = 3_600_000

/** What was measured of a process and its items. */
export interface Measured {
  readonly rehearsal: RehearsalFacts | undefined
  /** By `asset/item`. */
  restoreOf(item: string): RestoreTime
}

/** What takes its time whatever is restored. */
interface Fixed {
  readonly before: readonly TimePart[]
  readonly after: readonly TimePart[]
  readonly unknown: readonly string[]
  readonly total: number
}

function fixedTime(process: Process, lossMilliseconds: number | null, { rehearsal }: Measured): Fixed {
  const people = stepsOf(process, rehearsal)
  const rework = afterLoss(process, lossMilliseconds)
  const after = [...people.after, ...rework.parts]
  const total = sum(people.before) + sum(after)
  return { before: people.before, after, unknown: [...people.unknown, ...rework.unknown], total }
}

/** The time until everything that is `lost` works again. */
function recoveryTime(
  needs: ProcessNeeds,
  loss: Loss,
  lost: ReadonlySet<Asset>,
  fixed: Fixed,
  restoreOf: Measured['restoreOf'],
): RecoveryTime {
  const way = restoreWay(needs, lost, loss, restoreOf)
  const unknown = [...fixed.unknown, ...way.unknown]
  return {
    lower: fixed.total + way.lower.total,
    p90: unknown.length > 0 ? null : fixed.total + way.p90.total,
    critical: [...fixed.before, ...partsOf(way.lower), ...fixed.after],
    unknown,
  }
}

function sum(parts: readonly TimePart[]): number {
  return parts.reduce((total, part) => total + part.milliseconds, 0)
}

/** What people do; a rehearsal has timed all of it at once. */
function stepsOf({ recovery }: Process, rehearsal: RehearsalFacts | undefined) {
  if (rehearsal !== undefined) {
    const part: TimePart = { what: 'what people do', milliseconds: rehearsal.milliseconds, source: 'rehearsed' }
    return { before: [part], after: [], unknown: [] }
  }
  const parts = (names: readonly (keyof typeof recovery)[]) =>
    names.flatMap((what): TimePart[] => {
      const stated = recovery[what]
      return stated === null ? [] : [{ what, milliseconds: stated.total('milliseconds'), source: 'stated' }]
    })
  const unknown = [...before, ...after].filter(what => recovery[what] === null)
  return { before: parts(before), after: parts(after), unknown }
}

function afterLoss({ afterLoss }: Process, lossMilliseconds: number | null) {
  const fixed = afterLoss.fixed?.total('milliseconds') ?? 0
  const perLostHour = afterLoss.perLostHour?.total('milliseconds') ?? 0
  const rework = fixed + (perLostHour * (lossMilliseconds ?? 0)) / hour
  const parts: TimePart[] =
    rework === 0 ? [] : [{ what: 'after the loss', milliseconds: Math.round(rework), source: 'stated' }]
  return { parts, unknown: perLostHour > 0 && lossMilliseconds === null ? ['how much is lost'] : [] }
}

/** The longest way to an asset that works again: it waits for its hardware and for all that it needs. */
interface Way {
  /** Milliseconds, those of `before` included. */
  readonly total: number
  readonly own: readonly TimePart[]
  readonly before: Way | null
}

const nothing: Way = { total: 0, own: [], before: null }

function further(before: Way, own: readonly TimePart[]): Way {
  return own.length === 0 ? before : { total: before.total + sum(own), own, before }
}

function partsOf(way: Way): TimePart[] {
  const parts: TimePart[][] = []
  for (let one: Way | null = way; one !== null; one = one.before) parts.push([...one.own])
  return parts.reverse().flat()
}

function restoreWay(
  needs: ProcessNeeds,
  lost: ReadonlySet<Asset>,
  loss: Loss,
  restoreOf: Measured['restoreOf'],
): { readonly lower: Way; readonly p90: Way; readonly unknown: readonly string[] } {
  const unknown: string[] = []
  const ownItems = Map.groupBy(needs.items, of => of.asset)
  const lower = new Map<string, Way>()
  const p90 = new Map<string, Way>()
  for (const asset of needs.assets) {
    const own = lost.has(asset) ? ownTime(asset, ownItems.get(asset) ?? [], loss, restoreOf) : unharmed
    unknown.push(...own.unknown)
    const base = (ways: ReadonlyMap<string, Way>) =>
      longest([further(nothing, own.hardware), ...asset.needs.map(id => ways.get(id) ?? nothing)])
    lower.set(asset.id, further(base(lower), own.fastest))
    p90.set(asset.id, further(base(p90), own.p90))
  }
  return { lower: longest(lower.values()), p90: longest(p90.values()), unknown }
}

function longest(ways: Iterable<Way>): Way {
  let best = nothing
  for (const way of ways) if (way.total > best.total) best = way
  return best
}

/** What it takes to bring one asset back. */
interface OwnTime {
  readonly hardware: readonly TimePart[]
  readonly fastest: readonly TimePart[]
  readonly p90: readonly TimePart[]
  readonly unknown: readonly string[]
}

const unharmed: OwnTime = { hardware: [], fastest: [], p90: [], unknown: [] }

function ownTime(asset: Asset, items: readonly AssetItem[], loss: Loss, restoreOf: Measured['restoreOf']): OwnTime {
  const hardware = hardwareOf(asset, loss)
  const restores = items.map(({ id }) => restoreOf(id))
  return {
    hardware: hardware.part === null ? [] : [hardware.part],
    fastest: restores.flatMap(({ fastest }) => fastest ?? []),
    p90: restores.flatMap(({ p90 }) => p90 ?? []),
    unknown: [
      ...(hardware.unknown === undefined ? [] : [hardware.unknown]),
      ...restores.flatMap(({ unknown }) => unknown ?? []),
      ...(items.length > 0 ? [] : [`setting up ${asset.id}, of which nothing is backed up`]),
    ],
  }
}

interface Hardware {
  readonly part: TimePart | null
  readonly unknown?: string
}

/** Programs do not run on a shelf: broken hardware is replaced first. What is only encrypted, or erased, needs none. */
function hardwareOf(asset: Asset, loss: Loss): Hardware {
  if (loss.kind === 'domain' || loss.kind === 'zone') return { part: null }
  if (asset.kind === 'vm') return { part: null }
  const what = `hardware ${asset.id}`
  if (asset.spare === null) return { part: null, unknown: `${what}: no spare and no lead time is stated` }
  return spareTime(what, asset.spare, loss.kind === 'device' && asset.spare.onSite)
}

function spareTime(what: string, { leadTime, replace }: Spare, atHand: boolean): Hardware {
  const wait = atHand ? 0 : (leadTime?.total('milliseconds') ?? null)
  const milliseconds = (wait ?? 0) + (replace?.total('milliseconds') ?? 0)
  const part: TimePart | null = milliseconds === 0 ? null : { what, milliseconds, source: 'stated' }
  if (wait === null) return { part, unknown: `${what}: no lead time is stated` }
  return replace === null ? { part, unknown: `${what}: how long replacing it takes is not stated` } : { part }
}

export interface RestoreTime {
  readonly fastest: TimePart | null
  readonly p90: TimePart | null
  /** What is not known; null where it was measured. */
  readonly unknown: string | null
}

/** What the drills that passed tell about restoring an item. */
export function restoreTime(id: string, drills: readonly DrillFacts[]): RestoreTime {
  const times = drills.flatMap(({ passed, milliseconds }) => (passed ? [milliseconds] : []))
  if (times.length === 0) return { fastest: null, p90: null, unknown: `restoring ${id}: never measured` }
  const part = (milliseconds: number): TimePart => ({ what: `restore ${id}`, milliseconds, source: 'measured' })
  return { fastest: part(Math.min(...times)), p90: part(percentile(times, 90)), unknown: null }
}

/** The nearest rank: of fewer than ten samples the worst. `times` is not empty. */
export function percentile(times: readonly number[], percent: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
}

/** What of the process's assets a loss takes. The loss of the node takes none: they run on without it. */
export function lostAssets(index: SiteIndex, process: Process, loss: Loss): readonly Asset[] {
  const assets = index.needsOf.get(process.id)?.assets ?? []
  switch (loss.kind) {
    case 'device':
    case 'site':
      return assets
    case 'node':
      return []
    case 'domain':
      return assets.filter(({ domain }) => domain === loss.domain)
    case 'zone':
      return assets.filter(({ zone }) => zone === loss.zone)
  }
}

/**
 * The slowest recovery from a loss: of a device, that of the one that takes longest. Null where nothing of the process is
 * lost. `lossMilliseconds`: how much data is lost at most; null where that is not known.
 */
export function worstRecovery(
  index: SiteIndex,
  process: Process,
  loss: Loss,
  lossMilliseconds: number | null,
  measured: Measured,
): RecoveryTime | null {
  const lost = lostAssets(index, process, loss)
  if (lost.length === 0) return null
  const needs = index.needsOf.get(process.id) ?? { assets: [], items: [] }
  const fixed = fixedTime(process, lossMilliseconds, measured)
  if (loss.kind !== 'device') return recoveryTime(needs, loss, new Set(lost), fixed, measured.restoreOf)
  return worstOfSingles(needs, loss, fixed, measured)
}

/** Of the devices that fail one at a time, each with everything around it unharmed, the one that takes longest. */
function worstOfSingles(needs: ProcessNeeds, loss: Loss, fixed: Fixed, measured: Measured): RecoveryTime {
  const items = Map.groupBy(needs.items, of => of.asset)
  const unknown = new Set(fixed.unknown)
  let worst = nothing
  let p90 = 0
  for (const asset of needs.assets) {
    const own = ownTime(asset, items.get(asset) ?? [], loss, measured.restoreOf)
    for (const what of own.unknown) unknown.add(what)
    const hardware = further(nothing, own.hardware)
    worst = longest([worst, further(hardware, own.fastest)])
    p90 = Math.max(p90, hardware.total + sum(own.p90))
  }
  return {
    lower: fixed.total + worst.total,
    p90: unknown.size > 0 ? null : fixed.total + p90,
    critical: [...fixed.before, ...partsOf(worst), ...fixed.after],
    unknown: [...unknown],
  }
}
