import { dataKindOf } from '../../site/data-kind.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { DataKind } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'
import { aheadUntil, isAhead } from '../clock.ts'
import type { CopyJudgement, createCopyJudge, ScenarioLeft } from '../copies/judge-copies.ts'
import type { DrillFacts, Facts, ItemFacts } from '../facts.ts'
import type { createScheduler, ItemSchedule } from '../schedule/item-schedule.ts'
import { type RestoreTime, restoreTime } from './recovery-time.ts'

/** What can be said of one item; changes only with its facts, or when `validUntil` passes. */
export interface ItemJudgement {
  readonly item: string
  readonly asset: string
  readonly class: Class | null
  readonly lastConfirmed: Temporal.Instant | null
  /** The longest that the newest reading may lie back: the tightest MTDL; without one, two intervals. */
  readonly limit: Temporal.Duration
  /** Read within its limit. */
  readonly fresh: boolean
  readonly approved: string | null
  readonly drifted: boolean
  /** As in the facts, for what is not to change by itself. */
  readonly changedFrom: string | null
  readonly lastDrilled: Temporal.Instant | null
  /** The newest drill, where it passed and its period has not run out. */
  readonly drilled: DrillFacts | null
  readonly schedule: ItemSchedule
  readonly copies: CopyJudgement
  readonly restore: RestoreTime
  readonly data: DataKind
  /**
   * By scenario, as in `copies.scenarios`: when the device was last seen to hold what the best copy holds, in epoch milliseconds;
   * null where nothing is left, endless where all that is left is dated ahead of the clock: its age is not known.
   */
  readonly bestSeen: readonly (number | null)[]
  /** By scenario: whether a copy would be left that was read back within the period of its class, in a place without errors. */
  readonly checked: readonly boolean[]
  /** Positions of the scenarios that a process must come back from, and whose best copy is older than its MTDL allows. */
  readonly outdated: readonly number[]
  /** By scenario: max(T, quiet, d) + d + lag (readings of a device follow each other), the most that is lost while everything runs as it should, in milliseconds; null where that is not known. */
  readonly plannedLoss: readonly (number | null)[]
  /** Epoch milliseconds from which on time alone changes the judgement. */
  readonly validUntil: number
}

export interface ItemJudgeParts {
  readonly schedule: ReturnType<typeof createScheduler>
  readonly copies: ReturnType<typeof createCopyJudge>
}

export function judgeItem(
  of: AssetItem,
  known: ItemFacts | undefined,
  cls: Class | null,
  facts: Facts,
  parts: ItemJudgeParts,
): ItemJudgement {
  const now = facts.now.epochMilliseconds
  const schedule = parts.schedule(of, known)
  const copies = parts.copies(of, known, cls, facts.places)
  const limit = schedule.mtdl ?? schedule.interval.add(schedule.interval)
  const lastConfirmed = known?.lastConfirmed ?? null
  const staleAt = endOf(lastConfirmed, limit, now)
  const drill = newestDrill(known?.drills ?? [], now)
  const drillEnd = endOf(drill?.passed ? drill.time : null, dutiesOf(cls).drillEvery, now)
  const bestSeen = copies.scenarios.map(({ left }) => newestSeen(left, now))
  const checkedUntil = checkedEnds(known, copies, dutiesOf(cls).verifyEvery.total('milliseconds'), now)
  const lossEnds = schedule.scenarios.map(({ process, terms }, position) => {
    const seen = bestSeen[position] ?? null
    return process === null || seen === null ? null : seen + terms.mtdl
  })
  return {
    item: of.id,
    asset: of.asset.id,
    class: cls,
    lastConfirmed,
    limit,
    fresh: staleAt !== null && now <= staleAt,
    approved: known?.approved ?? null,
    drifted: known?.drifted ?? false,
    changedFrom: dataKindOf(of.item) === 'configuration' ? (known?.changedFrom ?? null) : null,
    lastDrilled: known?.drills[0]?.time ?? null,
    drilled: drill !== null && drillEnd !== null && now <= drillEnd ? drill : null,
    schedule,
    copies,
    restore: restoreTime(of.id, known?.drills ?? []),
    data: dataKindOf(of.item),
    bestSeen,
    checked: checkedUntil.map(end => end !== null && now <= end),
    outdated: lossEnds.flatMap((end, position) => (end !== null && end < now ? position : [])),
    plannedLoss: plannedLosses(schedule),
    validUntil: nextAfter(now, [staleAt, drillEnd, ...lossEnds, ...checkedUntil, ...timesAhead(known, now)]),
  }
}

/** Epoch milliseconds; null where there is no such time, or it is ahead of the clock. */
function endOf(time: Temporal.Instant | null, period: Temporal.Duration, now: number): number | null {
  return time === null || isAhead(time, now) ? null : time.epochMilliseconds + period.total('milliseconds')
}

/** What a drill proved ahead of the clock counts for nothing; what failed has failed whenever it was. */
function newestDrill(drills: readonly DrillFacts[], now: number): DrillFacts | null {
  return drills.find(({ passed, time }) => !passed || !isAhead(time, now)) ?? null
}

function newestSeen(left: ScenarioLeft['left'], now: number): number | null {
  if (left.length === 0) return null
  return left.find(({ seen }) => !isAhead(seen, now))?.seen.epochMilliseconds ?? Number.POSITIVE_INFINITY
}

/** By scenario, in epoch milliseconds: until when the reading back of one of the copies that would be left counts; null for none. */
function checkedEnds(
  known: ItemFacts | undefined,
  { scenarios, withErrors }: CopyJudgement,
  period: number,
  now: number,
): readonly (number | null)[] {
  const ends = new Map<string, number>()
  for (const { place, verified } of known?.copies ?? []) {
    if (verified === null || withErrors.includes(place) || isAhead(verified.time, now)) continue
    ends.set(place, verified.time.epochMilliseconds + period)
  }
  return scenarios.map(({ left }) => {
    let last: number | null = null
    for (const { place } of left)
      last = Math.max(last ?? Number.NEGATIVE_INFINITY, ends.get(place) ?? Number.NEGATIVE_INFINITY)
    return last === Number.NEGATIVE_INFINITY ? null : last
  })
}

/** Of the times that are ahead of the clock, when that ends. */
function timesAhead(known: ItemFacts | undefined, now: number): readonly number[] {
  if (known === undefined) return []
  const { lastConfirmed, drills, copies } = known
  const times = [
    ...(lastConfirmed === null ? [] : [lastConfirmed]),
    ...drills.map(({ time }) => time),
    ...copies.flatMap(({ verified }) => (verified === null ? [] : [verified.seen, verified.time])),
  ]
  return times.flatMap(time => (isAhead(time, now) ? aheadUntil(time) : []))
}

/** Null also where no place survives, or where its lag is not stated. */
function plannedLosses({ interval, scenarios }: ItemSchedule): readonly (number | null)[] {
  const every = interval.total('milliseconds')
  return scenarios.map(({ place, terms: { quiet, capture, lag } }) =>
    place === null || lag === null ? null : Math.max(every, quiet, capture) + capture + lag,
  )
}

/** The first of the times that still lies ahead. */
function nextAfter(now: number, times: readonly (number | null)[]): number {
  let next = Number.POSITIVE_INFINITY
  for (const time of times) if (time !== null && time >= now && time < next) next = time
  return next
}
