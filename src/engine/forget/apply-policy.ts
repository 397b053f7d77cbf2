import { hasTags } from '../browse/snapshot-filter.ts'
import { type CalendarSpan, isZero, spanText } from './calendar-span.ts'
import { type KeepCount, type KeepPolicy, type Period, periods, tagsText } from './keep-policy.ts'
import { readWallClock, spanBefore, type WallClock } from './wall-clock.ts'

/** What the rules look at. */
export interface AgedSnapshot {
  readonly id: string
  /** RFC 3339: hours, days and years are those of the offset in it. */
  readonly time: string
  readonly tags: readonly string[]
}

export interface Kept<Of extends AgedSnapshot> {
  readonly snapshot: Of
  /** In restic's words: `daily snapshot`, `within 1y`, `has tags [a, b]`. */
  readonly reasons: readonly string[]
}

/** Each newest first. */
export interface PolicyResult<Of extends AgedSnapshot> {
  readonly keep: readonly Kept<Of>[]
  readonly remove: readonly Of[]
}

export interface PolicyClock {
  /** Snapshots dated ahead of it are not taken for the newest. */
  readonly now: Date
  /** Whose clock changes count where a span is taken off a time of that zone: an IANA name. */
  readonly timeZone: string
}

/** Divides one group's snapshots by restic 0.18's rules. An empty policy keeps nothing. */
export function applyPolicy<Of extends AgedSnapshot>(
  snapshots: readonly Of[],
  policy: KeepPolicy,
  { now, timeZone }: PolicyClock,
): PolicyResult<Of> {
  const aged = snapshots.map(snapshot => ({ snapshot, clock: readWallClock(snapshot.time) })).sort(newestFirst)
  const today = BigInt(now.getTime()) * 1_000_000n
  const newest = aged.find(({ clock }) => clock.instant < today)?.clock ?? null
  const rules = rulesOf(policy, newest, timeZone)
  const keep: Kept<Of>[] = []
  const remove: Of[] = []
  for (const [position, { snapshot, clock }] of aged.entries()) {
    const oldest = position === aged.length - 1
    const reasons = rules.flatMap(rule => rule({ snapshot, clock, position, oldest }) ?? [])
    if (reasons.length > 0) keep.push({ snapshot, reasons })
    else remove.push(snapshot)
  }
  return { keep, remove }
}

interface Aged {
  readonly snapshot: AgedSnapshot
  readonly clock: WallClock
}

interface Candidate extends Aged {
  /** From the newest, which is 0. */
  readonly position: number
  readonly oldest: boolean
}

/** Why it keeps the candidate, or null. Asked once for each snapshot, newest first: rules count. */
type Rule = (candidate: Candidate) => string | null

function rulesOf(policy: KeepPolicy, newest: WallClock | null, timeZone: string): Rule[] {
  const isWithin = (span: CalendarSpan): ((clock: WallClock) => boolean) => {
    const from = newest === null ? null : spanBefore(newest, span, timeZone)
    return clock => from === null || clock.instant > from
  }
  const { within } = policy
  return [
    ...(policy.tags ?? []).map(tagRule),
    ...(within === undefined || isZero(within) ? [] : [withinRule(isWithin(within), `within ${spanText(within)}`)]),
    countRule(policy.last, ({ position }) => position, 'last snapshot'),
    ...periods.map(period =>
      countRule(policy.count?.[period], ({ clock }) => bucket[period](clock.wall), `${period} snapshot`),
    ),
    ...periods.flatMap(period => {
      const span = policy.withinPeriod?.[period]
      return span === undefined || isZero(span) ? [] : [periodRule(period, isWithin(span), spanText(span))]
    }),
  ]
}

function tagRule(tags: readonly string[]): Rule {
  return ({ snapshot }) => (hasTags(snapshot, tags) ? `has tags ${tagsText(tags)}` : null)
}

function withinRule(isWithin: (clock: WallClock) => boolean, reason: string): Rule {
  return ({ clock }) => (isWithin(clock) ? reason : null)
}

/** While some are left to keep, the oldest snapshot is kept too: the history stays as long as can be. */
function countRule(count: KeepCount | undefined, bucketOf: (candidate: Candidate) => number, reason: string): Rule {
  let left = count === 'unlimited' ? Number.POSITIVE_INFINITY : (count ?? 0)
  let last = -1
  return candidate => {
    if (left <= 0) return null
    const value = bucketOf(candidate)
    const repeated = value === last
    if (repeated && !candidate.oldest) return null
    last = value
    left -= 1
    return repeated ? `oldest ${reason}` : reason
  }
}

function periodRule(period: Period, isWithin: (clock: WallClock) => boolean, span: string): Rule {
  let last = -1
  return ({ clock, oldest }) => {
    if (!isWithin(clock)) return null
    const value = bucket[period](clock.wall)
    const repeated = value === last
    if (repeated && !oldest) return null
    last = value
    return `${repeated ? 'oldest ' : ''}${period} within ${span}`
  }
}

/** A number for each hour, day, … of the wall's clock. */
const bucket: Readonly<Record<Period, (wall: number) => number>> = {
  hourly: wall => dayNumber(new Date(wall)) * 100 + new Date(wall).getUTCHours(),
  daily: wall => dayNumber(new Date(wall)),
  weekly: wall => isoWeek(new Date(wall)),
  monthly: wall => new Date(wall).getUTCFullYear() * 100 + new Date(wall).getUTCMonth() + 1,
  yearly: wall => new Date(wall).getUTCFullYear(),
}

function dayNumber(date: Date): number {
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
}

/** `YYYYWW` of ISO 8601: a week belongs to the year that its Thursday lies in. */
function isoWeek(date: Date): number {
  const thursday = new Date(date)
  thursday.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7))
  const year = thursday.getUTCFullYear()
  const first = new Date(0)
  first.setUTCFullYear(year, 0, 1)
  first.setUTCHours(0, 0, 0, 0)
  return year * 100 + 1 + Math.floor((thursday.getTime() - first.getTime()) / (7 * 86_400_000))
}

function newestFirst(a: Aged, b: Aged): number {
  if (a.clock.instant !== b.clock.instant) return a.clock.instant < b.clock.instant ? 1 : -1
  return a.snapshot.id < b.snapshot.id ? -1 : 1
}
