const pattern =
  /^(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)\.(\d\d)\.(\d{4}))(?:[ T](\d\d):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/

/**
 * A date, or date and time, as restic takes them: `2026-11-24`, `24.11.2026 13:45`, `2026-11-24 13:45:00 +0100`; without an
 * offset in that zone. Null for what is none.
 */
export function parseMoment(text: string, timeZone: string): Temporal.Instant | null {
  const match = pattern.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, lastDay, lastMonth, lastYear, hour = '00', minute = '00', second = '00', zone] = match
  const plain = `${year ?? lastYear}-${month ?? lastMonth}-${day ?? lastDay}T${hour}:${minute}:${second}`
  try {
    if (zone === undefined) return Temporal.PlainDateTime.from(plain).toZonedDateTime(timeZone).toInstant()
    return Temporal.Instant.from(`${plain}${zone === 'UTC' ? 'Z' : zone}`)
  } catch {
    return null // the 30th of February
  }
}
