/** Times as restic writes them: RFC 3339 with up to nine digits and no trailing zeros, in the machine's own zone. */

const billion = 1_000_000_000n
/** The largest Date, in milliseconds. */
const mostDate = 8_640_000_000_000_000n

/** `nanoseconds` since 1970. A year before 0 or after 9999, which JSON times in Go cannot say, becomes that year, as in restic. */
export function formatTime(nanoseconds: bigint): string {
  const fraction = ((nanoseconds % billion) + billion) % billion
  const date = withinYears((nanoseconds - fraction) / 1_000_000n)
  const offset = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19)
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}`
  return `${local}${digits}${zone(offset)}`
}

/** Nanoseconds since 1970. Throws a RangeError for what is not a time. */
export function parseTime(text: string): bigint {
  return Temporal.Instant.from(text).epochNanoseconds
}

const pattern =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Whether `parseTime`, Go and everyone else read this as a time: RFC 3339, years 0 to 9999, at most nanoseconds. */
export function isTime(value: unknown): value is string {
  const match = typeof value === 'string' ? pattern.exec(value) : null
  if (match === null) return false
  const [, year, month, day] = match.map(Number) as [number, number, number, number]
  return day <= 28 || day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Years are those of the machine's own zone. */
function withinYears(milliseconds: bigint): Date {
  const near = milliseconds > mostDate ? mostDate : milliseconds < -mostDate ? -mostDate : milliseconds
  const date = new Date(Number(near))
  const year = date.getFullYear()
  if (year < 0) date.setFullYear(0)
  if (year > 9999) date.setFullYear(9999)
  return date
}

/** `offset` in minutes east of Greenwich. */
function zone(offset: number): string {
  if (offset === 0) return 'Z'
  const minutes = Math.abs(offset)
  const part = (value: number): string => Math.floor(value).toString().padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${part(minutes / 60)}:${part(minutes % 60)}`
}
