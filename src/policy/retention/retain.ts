import { milliseconds } from '../../site/duration.ts'
import type { KeepRules } from '../../site/site.ts'
import { type Buckets, bucketKinds, createBuckets } from './buckets.ts'
import { type Clock, clocks, inOrderOf, type TimedVersion, timed } from './version-order.ts'

export interface KeptVersion {
  readonly id: string
  /** The snapshot's own time, which whoever wrote it chose. */
  readonly time: Temporal.Instant
  /** When the repository received it, by the repository's clock. */
  readonly received: Temporal.Instant
  /** Differs from the version before it in volatile bytes only. */
  readonly equivalent: boolean
  /** Now, or ever. */
  readonly approved: boolean
  /** Under legal hold. */
  readonly held: boolean
}

export interface Retained {
  readonly id: string
  readonly kept: boolean
  /** Why it stays; empty where it may go. */
  readonly reasons: readonly string[]
  /** When the last of the reasons lapses if nothing else arrives; null where that is never, where nobody can tell, and where it may go. */
  readonly until: Temporal.Instant | null
}

/** How far a clock may run ahead before its times count as false, in milliseconds. */
const tolerance = 5 * 60_000
/** Epoch milliseconds: what lies beyond cannot be written as an instant. */
const lastInstant = 8.64e15

/**
 * Decides which versions of one item stay; in the order given, and independent of it. A version stays while any of these holds:
 * approved or held · received within the floor, or in force when the floor begins · the newest received · among the `last`
 * newest · the first or the last of an hour, day, ISO week, month or year that the rules reach · in a run of equivalents the
 * version that they repeat, the first and the newest of them. Each by the own time and by the time received, and the union stays; an own time
 * that lies in the future counts nowhere, the time received then protects it like any.
 *
 * Whatever snapshots an attacker adds, however dated, who cannot choose the time at which the repository receives them, of the
 * honest versions received before the first of them these stay:
 * 1. the approved and the held ones;
 * 2. those received within the floor; and, while the attack is younger than the floor, the one in force when the floor begins;
 * 3. of each bucket by time received that the rules reach the first, and of those that had ended before the attack the last;
 * 4. of each bucket by own time that the rules reach the one that was received first and, where the attacker puts none
 *    in it, those that stayed before;
 * 5. in the order received, what each run of equivalents repeats, its first, and the newest of each that had ended before the attack.
 * Not guaranteed, once the attack is older than the floor: what stays only for being among the newest, the last of the bucket in
 * which the attack began, or the first and the last by own time of a bucket for which the attacker made others.
 */
export function retain(
  versions: readonly KeptVersion[],
  rules: KeepRules,
  floor: Temporal.Duration,
  timezone: string,
  now: Temporal.Instant,
): readonly Retained[] {
  const all = timed(versions)
  const at = now.epochMilliseconds
  const credible = all.filter(({ own }) => own <= at + tolerance)
  const orders = { own: inOrderOf(credible, 'own'), received: inOrderOf(all, 'received') }
  const kept = createReasons(versions.length)
  markForEver(all, kept)
  markFloor(orders, at - milliseconds(floor), milliseconds(floor), kept)
  markNewest(orders, rules.last, kept)
  markBuckets(orders, createBuckets(rules, timezone, at, at + tolerance), kept)
  for (const clock of clocks) markRuns(orders[clock], kept)
  return versions.map(({ id }, index) => ({ id, ...kept.of(index) }))
}

type Orders = Readonly<Record<Clock, readonly TimedVersion[]>>

interface Reasons {
  /** `lapses`: epoch milliseconds; endless where that is never, or where nobody can tell. */
  add(version: TimedVersion | undefined, reason: string, lapses: number): void
  of(index: number): Omit<Retained, 'id'>
}

function createReasons(count: number): Reasons {
  const reasons = Array.from({ length: count }, () => new Set<string>())
  const until = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  return {
    add(version, reason, lapses) {
      if (version === undefined) return
      reasons[version.at]?.add(reason)
      until[version.at] = Math.max(until[version.at] ?? lapses, lapses)
    },
    of(index) {
      const own = [...(reasons[index] ?? [])]
      const lapses = until[index] ?? Number.NaN
      const known = Math.abs(lapses) <= lastInstant ? Temporal.Instant.fromEpochMilliseconds(lapses) : null
      return { kept: own.length > 0, reasons: own, until: known }
    },
  }
}

const clockWords: Readonly<Record<Clock, string>> = { own: 'own time', received: 'received' }
const never = Number.POSITIVE_INFINITY

function markForEver(all: readonly TimedVersion[], kept: Reasons): void {
  for (const one of all) {
    if (one.version.approved) kept.add(one, 'approved', never)
    if (one.version.held) kept.add(one, 'held', never)
  }
}

/** Whatever is younger than the floor, equivalents included, and what was in force when it begins: any moment in it can be returned to. */
function markFloor(orders: Orders, begins: number, floor: number, kept: Reasons): void {
  for (const clock of clocks) {
    const order = orders[clock]
    const first = firstAfter(order, clock, begins)
    for (const one of order.slice(first)) kept.add(one, `floor (${clockWords[clock]})`, one[clock] + floor)
    const next = order[first]
    const lapses = next === undefined ? never : next[clock] + floor
    kept.add(order[first - 1], `in force when the floor begins (${clockWords[clock]})`, lapses)
  }
}

/** The index of the first that is later than `time`; the length where none is. */
function firstAfter(order: readonly TimedVersion[], clock: Clock, time: number): number {
  const found = order.findIndex(one => one[clock] > time)
  return found < 0 ? order.length : found
}

function markNewest({ own, received }: Orders, last: number, kept: Reasons): void {
  kept.add(received.at(-1), 'newest', never)
  if (last === 0) return
  for (const one of own.slice(-last)) kept.add(one, 'last (own time)', never)
  for (const one of received.slice(-last)) kept.add(one, 'last (received)', never)
}

/** Of a bucket by own time also the first and the last to be received: forged dates can crowd the others out, not these. */
function markBuckets({ own, received }: Orders, buckets: Buckets, kept: Reasons): void {
  markEnds(own, 'own', buckets, kept)
  const credible = new Set(own)
  markEnds(
    received.filter(one => credible.has(one)),
    'own',
    buckets,
    kept,
  )
  markEnds(received, 'received', buckets, kept)
}

/** The first and the last, in the order given, of each bucket of that clock. */
function markEnds(order: readonly TimedVersion[], clock: Clock, buckets: Buckets, kept: Reasons): void {
  const offsets = order.map(one => buckets.offset(one[clock]))
  for (const kind of bucketKinds) {
    const ends = new Map<number, { readonly first: TimedVersion; last: TimedVersion }>()
    for (const [index, one] of order.entries()) {
      const bucket = buckets.bucketOf(kind, one[clock], offsets[index] ?? 0)
      if (bucket === null) continue
      const found = ends.get(bucket)
      if (found === undefined) ends.set(bucket, { first: one, last: one })
      else found.last = one
    }
    for (const [bucket, { first, last }] of ends) {
      const lapses = buckets.lapse(kind, bucket)
      for (const one of [first, last]) kept.add(one, `${kind} (${clockWords[clock]})`, lapses)
    }
  }
}

function markRuns(order: readonly TimedVersion[], kept: Reasons): void {
  for (const [index, one] of order.entries()) {
    const [before, after] = [order[index - 1], order[index + 1]]
    if (!one.version.equivalent) {
      if (after?.version.equivalent === true) kept.add(one, 'repeated by a run of equivalents', never)
      continue
    }
    if (before?.version.equivalent !== true) kept.add(one, 'first of a run of equivalents', never)
    if (after?.version.equivalent !== true) kept.add(one, 'newest of a run of equivalents', never)
  }
}
