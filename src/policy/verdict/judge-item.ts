import { dataKindOf } from '../../site/data-kind.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { DataKind } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'
import type { CopyJudgement, createCopyJudge } from '../copies/judge-copies.ts'
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
  readonly lastDrilled: Temporal.Instant | null
  /** The newest drill that passed, where its period has not run out. */
  readonly drilled: DrillFacts | null
  readonly schedule: ItemSchedule
  readonly copies: CopyJudgement
  readonly restore: RestoreTime
  readonly data: DataKind
  /** By scenario, as in `copies.scenarios`: when the device was last seen to hold what the best copy holds, in epoch milliseconds; null where nothing is left. */
  readonly bestSeen: readonly (number | null)[]
  /** By scenario: max(T, quiet) + d + lag, the most that is lost while everything runs as it should, in milliseconds; null where that is not known. */
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
  const staleAt = lastConfirmed === null ? null : lastConfirmed.epochMilliseconds + limit.total('milliseconds')
  const passed = known?.drills.find(drill => drill.passed) ?? null
  const drillEnd =
    passed === null ? null : passed.time.epochMilliseconds + dutiesOf(cls).drillEvery.total('milliseconds')
  return {
    item: of.id,
    asset: of.asset.id,
    class: cls,
    lastConfirmed,
    limit,
    fresh: staleAt !== null && now <= staleAt,
    approved: known?.approved ?? null,
    drifted: known?.drifted ?? false,
    lastDrilled: known?.drills[0]?.time ?? null,
    drilled: drillEnd !== null && now <= drillEnd ? passed : null,
    schedule,
    copies,
    restore: restoreTime(of.id, known?.drills ?? []),
    data: dataKindOf(of.item),
    bestSeen: copies.scenarios.map(({ left: [best] }) => best?.seen.epochMilliseconds ?? null),
    plannedLoss: plannedLosses(schedule),
    validUntil: nextAfter(now, [staleAt, drillEnd]),
  }
}

/** Null also where no place survives, or where its lag is not stated. */
function plannedLosses({ interval, scenarios }: ItemSchedule): readonly (number | null)[] {
  const every = interval.total('milliseconds')
  return scenarios.map(({ place, terms: { quiet, capture, lag } }) =>
    place === null || lag === null ? null : Math.max(every, quiet) + capture + lag,
  )
}

/** The first of the times that still lies ahead. */
export function nextAfter(now: number, times: readonly (number | null)[]): number {
  let next = Number.POSITIVE_INFINITY
  for (const time of times) if (time !== null && time >= now && time < next) next = time
  return next
}
