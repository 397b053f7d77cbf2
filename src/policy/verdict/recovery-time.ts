import { formatMilliseconds } from '../../site/duration.ts'
import { type Asset, type Process, type RecoveryStep, recoverySteps, type Spare } from '../../site/site.ts'
import type { DrillFacts, RehearsalFacts } from '../facts.ts'
import type { Loss } from '../scenario.ts'
import type { ProcessNeeds, SiteIndex } from '../site-index.ts'

/** Where a part of the time comes from. */
export type TimeSource = 'stated' | 'measured' | 'rehearsed'

export interface TimePart {
  /** `detect`, `hardware plc-filler`, `restore plc-filler/program`, `work after losing up to 1h` … */
  readonly what: string
  readonly milliseconds: number
  readonly source: TimeSource
}

/** How long a process stands still after a loss: REQUIREMENTS.md, recovery time. Milliseconds. */
export interface RecoveryTime {
  /** The least that it takes: what is stated or measured, all that may go on at once going on at once. */
  readonly lower: number
  /**
   * Nine of ten recoveries are shorter, even where one person on one link brings back one thing after the other, as long as
   * only what was ordered is waited for at once; null as long as a part is not known.
   */
  readonly p90: number | null
  /** What makes up `lower`, in the order in which it happens; of what goes on at once, the longest way. */
  readonly critical: readonly TimePart[]
  /** What nobody has stated or measured. */
  readonly unknown: readonly string[]
}

/** The steps of people that follow the restores; the others come before. */
const after: readonly RecoveryStep[] = ['reconfigure', 'reissue', 'validate']
const before = recoverySteps.filter(step => !after.includes(step))
const hour = 3_600_000

/** What was measured of a process and its items. */
export interface Measured {
  readonly rehearsal: RehearsalFacts | undefined
  /** By `asset/item`. */
  restoreOf(item: string): RestoreTime
}

/** Milliseconds of data lost of what an asset holds, at most; 0 where nothing is, null where that is not known. */
export type LossOf = (asset: Asset) => number | null

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
  assets: readonly Asset[],
  loss: Loss,
  lost: ReadonlySet<Asset>,
  fixed: Fixed,
  restores: RestoresOf,
): RecoveryTime {
  const way = restoreWay(assets, lost, loss, restores)
  const unknown = [...fixed.unknown, ...way.unknown]
  return {
    lower: fixed.total + way.lower.total,
    p90: unknown.length > 0 ? null : fixed.total + way.p90,
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
  const parts = (names: readonly RecoveryStep[]) =>
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
  const lost = perLostHour > 0 && (lossMilliseconds ?? 0) > 0
  const what = lost ? `work after losing up to ${formatMilliseconds(lossMilliseconds ?? 0)}` : 'work after any loss'
  const parts: TimePart[] = rework === 0 ? [] : [{ what, milliseconds: Math.round(rework), source: 'stated' }]
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
  assets: readonly Asset[],
  lost: ReadonlySet<Asset>,
  loss: Loss,
  restores: RestoresOf,
): { readonly lower: Way; readonly p90: number; readonly unknown: readonly string[] } {
  const owns: OwnTime[] = []
  const ways = new Map<string, Way>()
  for (const asset of assets) {
    const own = lost.has(asset) ? ownTime(asset, loss, restores(asset)) : unharmed
    owns.push(own)
    const base = longest([further(nothing, own.hardware), ...asset.needs.map(id => ways.get(id) ?? nothing)])
    ways.set(asset.id, further(base, own.fastest))
  }
  return { lower: longest(ways.values()), p90: inTurn(owns), unknown: owns.flatMap(own => own.unknown) }
}

/**
 * All of it one after the other, after the longest wait for what was ordered: whatever people and links there are, it takes
 * no longer. Of several restores the slowest of each counts: that one of them is slow happens more often than that a given one is.
 */
function inTurn(owns: readonly OwnTime[]): number {
  const alone = owns.reduce((count, { restores }) => count + restores.length, 0) === 1
  let [wait, work] = [0, 0]
  for (const own of owns) {
    wait = Math.max(wait, own.wait)
    work += own.replace
    for (const restore of own.restores) work += (alone ? restore.p90 : restore.slowest)?.milliseconds ?? 0
  }
  return wait + work
}

function longest(ways: Iterable<Way>): Way {
  let best = nothing
  for (const way of ways) if (way.total > best.total) best = way
  return best
}

/** What it takes to restore all that is needed of one asset, whatever was lost with it. */
interface Restores {
  readonly restores: readonly RestoreTime[]
  readonly fastest: readonly TimePart[]
  readonly unknown: readonly string[]
}
type RestoresOf = (asset: Asset) => Restores

function restoresOf({ itemsOf }: ProcessNeeds, { restoreOf }: Measured): RestoresOf {
  const known = new Map<Asset, Restores>()
  return asset => {
    const before = known.get(asset)
    if (before !== undefined) return before
    const restores = (itemsOf.get(asset) ?? []).map(({ id }) => restoreOf(id))
    const made = {
      restores,
      fastest: restores.flatMap(({ fastest }) => fastest ?? []),
      unknown:
        restores.length === 0
          ? [`setting up ${asset.id}, of which nothing is backed up`]
          : restores.flatMap(one => one.unknown ?? []),
    }
    known.set(asset, made)
    return made
  }
}

/** What it takes to bring one asset back. Milliseconds. */
interface OwnTime extends Restores {
  readonly hardware: readonly TimePart[]
  /** What of `hardware` is waiting for what was ordered, and what is work. */
  readonly wait: number
  readonly replace: number
}

const unharmed: OwnTime = { hardware: [], wait: 0, replace: 0, fastest: [], restores: [], unknown: [] }

function ownTime(asset: Asset, loss: Loss, { restores, fastest, unknown: unmeasured }: Restores): OwnTime {
  const { wait, replace, unknown } = hardwareOf(asset, loss)
  const total = wait + replace
  return {
    hardware: total === 0 ? [] : [{ what: `hardware ${asset.id}`, milliseconds: total, source: 'stated' }],
    ...{ wait, replace, restores, fastest },
    unknown: unknown === null ? unmeasured : [`hardware ${asset.id}: ${unknown}`, ...unmeasured],
  }
}

/** Milliseconds. */
interface Hardware {
  readonly wait: number
  readonly replace: number
  readonly unknown: string | null
}

const noHardware: Hardware = { wait: 0, replace: 0, unknown: null }

/** Programs do not run on a shelf: broken hardware is replaced first. What is only encrypted, or erased, needs none. */
function hardwareOf(asset: Asset, loss: Loss): Hardware {
  if (loss.kind === 'domain' || loss.kind === 'zone') return noHardware
  if (asset.kind === 'vm') {
    const homeless = loss.kind === 'site' && asset.needs.length === 0
    return homeless ? { ...noHardware, unknown: 'what it runs on is not stated (needs)' } : noHardware
  }
  if (asset.spare === null) return { ...noHardware, unknown: 'no spare and no lead time is stated' }
  return spareTime(asset.spare, loss.kind !== 'site' && asset.spare.onSite)
}

function spareTime({ leadTime, replace }: Spare, atHand: boolean): Hardware {
  const wait = atHand ? 0 : (leadTime?.total('milliseconds') ?? null)
  const known = { wait: wait ?? 0, replace: replace?.total('milliseconds') ?? 0 }
  if (wait === null) return { ...known, unknown: 'no lead time is stated' }
  return { ...known, unknown: replace === null ? 'how long replacing it takes is not stated' : null }
}

/** Null where nothing was measured. */
export interface RestoreTime {
  readonly fastest: TimePart | null
  /** Nine of ten are no slower, and the newest is not: what is restored grows. */
  readonly p90: TimePart | null
  readonly slowest: TimePart | null
  /** What is not known; null where it was measured. */
  readonly unknown: string | null
}

/** What the drills that passed, newest first, tell about restoring an item. */
export function restoreTime(id: string, drills: readonly DrillFacts[]): RestoreTime {
  const times = drills.flatMap(({ passed, milliseconds }) => (passed ? [milliseconds] : []))
  const [newest] = times
  if (newest === undefined) return neverMeasured(id)
  const part = (milliseconds: number): TimePart => ({ what: `restore ${id}`, milliseconds, source: 'measured' })
  return {
    ...{ fastest: part(Math.min(...times)), slowest: part(Math.max(...times)) },
    ...{ p90: part(Math.max(newest, percentile(times, 90))), unknown: null },
  }
}

export function neverMeasured(id: string): RestoreTime {
  return { fastest: null, p90: null, slowest: null, unknown: `restoring ${id}: never measured` }
}

/** The nearest rank: of fewer than ten samples the worst. `times` is not empty. */
function percentile(times: readonly number[], percent: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
}

/** What of the process's assets a loss takes. The loss of the node takes those on its machine; the others run on without it. */
export function lostAssets(index: SiteIndex, process: Process, loss: Loss): readonly Asset[] {
  const assets = index.needsOf.get(process.id)?.assets ?? []
  switch (loss.kind) {
    case 'device':
    case 'site':
      return assets
    case 'node':
      return assets.filter(({ machine }) => machine === 'node')
    case 'domain':
      return assets.filter(({ domain }) => domain === loss.domain)
    case 'zone':
      return assets.filter(({ zone }) => zone === loss.zone)
  }
}

/**
 * The slowest recovery from a loss: of a device, that of the one that takes longest, with the work that its own loss costs. Null
 * where nothing of the process is lost. `lossOf`: of each asset that is lost, or of all of them together.
 */
export type Recovery = (loss: Loss, lossOf: LossOf | number | null) => RecoveryTime | null

export function worstRecovery(
  index: SiteIndex,
  process: Process,
  loss: Loss,
  lossOf: LossOf | number | null,
  measured: Measured,
): RecoveryTime | null {
  return createRecovery(index, process, measured)(loss, lossOf)
}

/** For several losses: what they have in common is computed once. */
export function createRecovery(index: SiteIndex, process: Process, measured: Measured): Recovery {
  const needs = index.needsOf.get(process.id) ?? { assets: [], items: [], itemsOf: new Map() }
  const restores = restoresOf(needs, measured)
  const known = new Map<number | null, Fixed>()
  const fixedOf = (lossMilliseconds: number | null) => {
    const fixed = known.get(lossMilliseconds) ?? fixedTime(process, lossMilliseconds, measured)
    known.set(lossMilliseconds, fixed)
    return fixed
  }
  return (loss, lossOf) => {
    const lost = lostAssets(index, process, loss)
    if (lost.length === 0) return null
    const of = typeof lossOf === 'function' ? lossOf : () => lossOf
    if (loss.kind === 'device') return worstOfSingles(needs.assets, loss, asset => fixedOf(of(asset)), restores)
    return recoveryTime(needs.assets, loss, new Set(lost), fixedOf(most(lost.map(of))), restores)
  }
}

/** Null where one of them is not known. */
function most(losses: readonly (number | null)[]): number | null {
  let greatest = 0
  for (const loss of losses) {
    if (loss === null) return null
    greatest = Math.max(greatest, loss)
  }
  return greatest
}

/** Of the devices that fail one at a time, each with everything around it unharmed, the one that takes longest. */
function worstOfSingles(
  assets: readonly Asset[],
  loss: Loss,
  fixedOf: (asset: Asset) => Fixed,
  restores: RestoresOf,
): RecoveryTime {
  const unknown = new Set<string>()
  let worst: { readonly lower: number; readonly fixed: Fixed; readonly own: OwnTime } | null = null
  let p90 = 0
  for (const asset of assets) {
    const fixed = fixedOf(asset)
    const own = ownTime(asset, loss, restores(asset))
    for (const what of fixed.unknown) unknown.add(what)
    for (const what of own.unknown) unknown.add(what)
    const lower = fixed.total + sum(own.hardware) + sum(own.fastest)
    if (worst === null || lower > worst.lower) worst = { lower, fixed, own }
    p90 = Math.max(p90, fixed.total + inTurn([own]))
  }
  const critical =
    worst === null ? [] : [...worst.fixed.before, ...worst.own.hardware, ...worst.own.fastest, ...worst.fixed.after]
  return { lower: worst?.lower ?? 0, critical, p90: unknown.size > 0 ? null : p90, unknown: [...unknown] }
}
