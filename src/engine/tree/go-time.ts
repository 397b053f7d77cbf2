/** Times as restic writes them: RFC 3339 with up to nine digits and no trailing zeros, in the machine's own zone. */

const billion = 1_000_000_000n

/** `nanoseconds` since 1970. Years are kept within 0 to 9999, all that JSON times in Go can say. */
export function formatTime(nanoseconds: bigint): string {
  const fraction = ((nanoseconds % billion) + billion) % billion
  const date = clampYear(new Date(Number((nanoseconds - fraction) / 1_000_000n)))
  const offset = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19)
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}`
  return `${local}${digits}${zone(offset)}`
}

/** Nanoseconds since 1970. Throws a RangeError for what is not a time. */
export function parseTime(text: string): bigint {
  return Temporal.Instant.from(text).epochNanoseconds
}

function clampYear(date: Date): Date {
  const year = date.getUTCFullYear()
  if (year >= 1 && year <= 9998) return date
  const clamped = new Date(date)
  clamped.setUTCFullYear(year < 1 ? 1 : 9998)
  return clamped
}

/** `offset` in minutes east of Greenwich. */
function zone(offset: number): string {
  if (offset === 0) return 'Z'
  const minutes = Math.abs(offset)
  const part = (value: number): string => Math.floor(value).toString().padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${part(minutes / 60)}:${part(minutes % 60)}`
}
