import type { DigestTime } from '../../site/notify.ts'

/**
 * When the next of the digests is due after that instant. Where the clock of the site shows its time twice, it is the
 * first of the two; where the clock is set forward past it, as much later as it is set.
 */
export function nextDigest(
  times: readonly DigestTime[],
  after: Temporal.Instant,
  timezone: string,
): Temporal.Instant | null {
  const today = after.toZonedDateTimeISO(timezone).toPlainDate()
  const moments = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap(days => {
    const date = today.add({ days })
    return times
      .filter(time => time.days.includes(date.dayOfWeek))
      .map(({ minute }) => momentOf(date, minute, timezone))
  })
  return moments.filter(moment => Temporal.Instant.compare(moment, after) > 0).sort(Temporal.Instant.compare)[0] ?? null
}

function momentOf(date: Temporal.PlainDate, minute: number, timezone: string): Temporal.Instant {
  const local = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 })
  return local.toZonedDateTime(timezone, { disambiguation: 'compatible' }).toInstant()
}
