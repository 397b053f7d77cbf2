/** `12 B`, `3.4 kB`, `1.2 GB`: decimal units, as disks and networks are sold. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `0.4 s`, `12 s`, `5 min`, `3 h`, `4 d`. */
export function spanText(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** Date and time of day in the site's time zone, to the second. */
export function timeText(time: string | Temporal.Instant, timezone: string): string {
  const zoned = Temporal.Instant.from(time).toZonedDateTimeISO(timezone)
  return zoned.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ')
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
