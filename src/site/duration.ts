/** What may be written where a duration is asked for. */
export const durationAllowed =
  'a duration such as 90s, 15m, 4h, 7d or 2w, or ISO 8601 without months and years, such as PT1H30M'

const hour = 3_600_000
const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: hour, d: 24 * hour, w: 7 * 24 * hour }
const iso =
  /^P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$/
const longest = 100 * 366 * 24 * hour

/**
 * `90s`, `15m`, `4h`, `7d`, `2w`, or ISO 8601 without months and years; a day is 24 hours. Null for anything else, for nothing
 * at all (`0s`) and for more than a hundred years. The result holds hours, minutes, seconds and milliseconds only.
 */
export function parseDuration(text: string): Temporal.Duration | null {
  const total = shortForm(text) ?? isoForm(text)
  return total === null || total <= 0 || total > longest ? null : durationOf(total)
}

function shortForm(text: string): number | null {
  const match = /^(\d{1,9})([smhdw])$/.exec(text)
  if (match === null) return null
  return Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN)
}

function isoForm(text: string): number | null {
  const match = iso.exec(text)
  if (match === null) return null
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1, 6)
    .map(digits => Number(digits ?? 0))
  const fraction = Number((match[6] ?? '').padEnd(3, '0'))
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000 + fraction
}

/** A duration of that many whole milliseconds, in hours and smaller units. */
export function durationOf(totalMilliseconds: number): Temporal.Duration {
  return Temporal.Duration.from({ milliseconds: totalMilliseconds }).round({ largestUnit: 'hour' })
}

/** The length in milliseconds; days count as 24 hours. Throws a RangeError for weeks, months and years. */
export function milliseconds(duration: Temporal.Duration): number {
  return duration.total('millisecond')
}

/** For people: `4h`, `1h 30m`, `7d`, `250ms`, `0s`; below a second in milliseconds, above it rounded to the second. */
export function formatDuration(duration: Temporal.Duration): string {
  return formatMilliseconds(milliseconds(duration))
}

/** As `formatDuration`; may be a fraction. */
export function formatMilliseconds(total: number): string {
  if (total < 0) return `-${formatMilliseconds(-total)}`
  if (total > 0 && total < 1000) return `${Math.max(1, Math.round(total))}ms`
  let left = Math.round(total / 1000)
  const parts: string[] = []
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (left >= size) parts.push(`${Math.floor(left / size)}${unit}`)
    left %= size
  }
  return parts.length === 0 ? '0s' : parts.join(' ')
}

/** Why `text` is no duration, for a message; `parseDuration` returned null for it. */
export function whyNoDuration(text: string): string {
  if (/^[-−]/.test(text)) return 'is negative'
  if (/^P(?:\d+[.\d]*[YMWD])*\d+[.\d]*[YM]/i.test(text) || /\d\s*(?:y|mo|months?|years?)$/i.test(text)) {
    return 'counts months or years, which have no exact length'
  }
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) === 0 ? 'is zero' : 'has no unit'
  const total = shortForm(text) ?? isoForm(text)
  if (total === null) return 'is not a duration'
  return total === 0 ? 'is zero' : 'is longer than a hundred years'
}
