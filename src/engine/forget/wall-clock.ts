import type { CalendarSpan } from './calendar-span.ts'

/** A snapshot's time, and what a clock on the wall of the machine that made it showed. */
export interface WallClock {
  /** Nanoseconds since 1970. */
  readonly instant: bigint
  /** The wall's date and time of day as if it were UTC: milliseconds since 1970. */
  readonly wall: number
  /** Minutes east of Greenwich, as written; null for `Z`. */
  readonly offset: number | null
}

const million = 1_000_000n
const minute = 60_000

/** Reads an RFC 3339 time. Throws a RangeError for what is not one. */
export function readWallClock(time: string): WallClock {
  const instant = Temporal.Instant.from(time).epochNanoseconds
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)(?::?[\d.]+)?$/.exec(time) ?? []
  const offset = sign === undefined ? null : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return { instant, wall: floorMilliseconds(instant) + (offset ?? 0) * minute, offset }
}

/**
 * The instant, in nanoseconds, that lies a span of the calendar before `from`, as Go's `AddDate` counts: days that a month
 * does not have run over into the next one. A time with the offset that `timeZone` had then is taken for one of that zone,
 * as Go does, so that its clock changes count. Null where it is before anything that can be said.
 */
export function spanBefore(from: WallClock, span: CalendarSpan, timeZone: string): bigint | null {
  const date = new Date(from.wall)
  date.setUTCFullYear(
    date.getUTCFullYear() - span.years,
    date.getUTCMonth() - span.months,
    date.getUTCDate() - span.days,
  )
  const wall = date.getTime()
  if (Number.isNaN(wall)) return null
  const offset = isOfZone(from, timeZone) ? offsetOfWall(wall, timeZone) : (from.offset ?? 0) * minute
  const before = BigInt(wall - offset) - BigInt(span.hours) * 3_600_000n
  return before * million + (((from.instant % million) + million) % million)
}

function isOfZone({ instant, offset }: WallClock, timeZone: string): boolean {
  return offset !== null && offsetAt(floorMilliseconds(instant), timeZone) === offset * minute
}

/** Go's choice where a clock change makes a time of day occur twice or not at all. Milliseconds. */
function offsetOfWall(wall: number, timeZone: string): number {
  return offsetAt(wall - offsetAt(wall, timeZone), timeZone)
}

function offsetAt(milliseconds: number, timeZone: string): number {
  const instant = Temporal.Instant.fromEpochMilliseconds(milliseconds)
  return instant.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1_000_000
}

function floorMilliseconds(nanoseconds: bigint): number {
  const rest = ((nanoseconds % million) + million) % million
  return Number((nanoseconds - rest) / million)
}
