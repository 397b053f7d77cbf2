import type { Window } from './site.ts'

/** What may be written where a window is asked for. */
export const windowAllowed =
  'days and times such as mon-fri 06:00-22:00, daily 12:00-13:00, sat,sun 00:00-24:00 or 22:00-06:00 (over midnight)'

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const form = /^(?:([a-z,-]{3,60}) +)?(\d\d):(\d\d)-(\d\d):(\d\d)$/

/** A window of the site file; null where `text` is none, or where it is empty (`06:00-06:00`). Without days it is daily. */
export function parseWindow(text: string): Window | null {
  const match = form.exec(text)
  if (match === null) return null
  const days = parseDays(match[1] ?? 'daily')
  const from = minutesOf(match[2], match[3])
  const to = minutesOf(match[4], match[5])
  if (days === null || from === null || to === null || from === to || from === 1440) return null
  return { days, from, to }
}

function minutesOf(hours: string | undefined, minutes: string | undefined): number | null {
  const total = Number(hours) * 60 + Number(minutes)
  return Number(minutes) < 60 && total <= 1440 ? total : null
}

function parseDays(text: string): number[] | null {
  if (text === 'daily') return [1, 2, 3, 4, 5, 6, 7]
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [first, last = first, ...more] = part.split('-').map(name => dayNames.indexOf(name))
    if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0) return null
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day + 1)
      if (day === last) break
    }
  }
  return [...days].sort((a, b) => a - b)
}

/**
 * Whether the clock of the site shows a time inside the window at that instant. Where the clock is set back, the repeated
 * hour counts both times; where it is set forward, the hour that does not exist is no part of it.
 */
export function insideWindow(window: Window, instant: Temporal.Instant, timezone: string): boolean {
  const local = instant.toZonedDateTimeISO(timezone)
  const minute = local.hour * 60 + local.minute
  if (window.to > window.from)
    return window.days.includes(local.dayOfWeek) && minute >= window.from && minute < window.to
  if (minute >= window.from) return window.days.includes(local.dayOfWeek)
  const dayBefore = local.dayOfWeek === 1 ? 7 : local.dayOfWeek - 1
  return minute < window.to && window.days.includes(dayBefore)
}

/**
 * The time without a break, around that instant, that the windows cover; null where it lies in none of them. Where the
 * clock of the site is set, the window's times of day hold. More than a week is cut off there.
 */
export function windowsAround(
  windows: readonly Window[],
  instant: Temporal.Instant,
  timezone: string,
): { readonly start: Temporal.Instant; readonly end: Temporal.Instant } | null {
  if (!windows.some(window => insideWindow(window, instant, timezone))) return null
  const [earliest, latest] = [instant.subtract({ hours: 168 }), instant.add({ hours: 168 })]
  let [start, end] = [instant, instant]
  for (;;) {
    const spans = windows.flatMap(window => [
      ...occurrences(window, start, timezone),
      ...occurrences(window, end, timezone),
    ])
    const before = start
    const after = end
    for (const span of spans) {
      const meets = Temporal.Instant.compare(span.start, end) <= 0 && Temporal.Instant.compare(start, span.end) <= 0
      if (meets && Temporal.Instant.compare(span.start, start) < 0) start = span.start
      if (meets && Temporal.Instant.compare(span.end, end) > 0) end = span.end
    }
    const still = start.equals(before) && end.equals(after)
    const far = Temporal.Instant.compare(start, earliest) < 0 || Temporal.Instant.compare(end, latest) > 0
    if (still || far) return { start, end }
  }
}

/** When one of the windows closes next after that instant; null where there are none. */
export function nextClosing(
  windows: readonly Window[],
  instant: Temporal.Instant,
  timezone: string,
): Temporal.Instant | null {
  const later = (days: number) => instant.add({ hours: 24 * days })
  const ends = [0, 1, 2, 3, 4, 5, 6, 7]
    .flatMap(days => windows.flatMap(window => occurrences(window, later(days), timezone)))
    .map(({ end }) => end)
    .filter(end => Temporal.Instant.compare(end, instant) > 0)
  return ends.sort(Temporal.Instant.compare)[0] ?? null
}

/** Milliseconds within which every weekly window is open at least once, even if the clock was set over one of them. */
const everyWindow = 16 * 24 * 3_600_000

/**
 * Whether a change that happened at some time from `since` (the last confirmation) to `at` (when it was seen) may have been
 * made inside one of the windows in which engineers may change the item. Null where there are none.
 */
export function isExpected(
  windows: readonly Window[],
  { since, at }: { readonly since: Temporal.Instant; readonly at: Temporal.Instant },
  timezone: string,
): boolean | null {
  if (windows.length === 0) return null
  const from = Temporal.Instant.compare(since, at) > 0 ? at : since // the clock was set back
  if (at.epochMilliseconds - from.epochMilliseconds > everyWindow) return true
  return openings(windows, from, at, timezone).some(
    moment =>
      Temporal.Instant.compare(from, moment) <= 0 &&
      Temporal.Instant.compare(moment, at) <= 0 &&
      windows.some(window => insideWindow(window, moment, timezone)),
  )
}

/** `from`, and every moment up to `to` at which a window may begin to be open: at its time of day, or when the clock is set. */
function openings(windows: readonly Window[], from: Temporal.Instant, to: Temporal.Instant, timezone: string) {
  const moments = [from]
  const local = from.toZonedDateTimeISO(timezone)
  const last = to.toZonedDateTimeISO(timezone).toPlainDate()
  for (let day = local.toPlainDate(); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    for (const window of windows) {
      moments.push(momentOf(day, window.from, timezone, 'earlier'), momentOf(day, window.from, timezone, 'later'))
    }
  }
  let set = local.getTimeZoneTransition('next')
  while (set !== null && Temporal.Instant.compare(set.toInstant(), to) <= 0) {
    moments.push(set.toInstant())
    set = set.getTimeZoneTransition('next')
  }
  return moments
}

/**
 * The window's occurrences that begin the day before, on that day of the site's clock, or the day after; each holds every
 * instant at which the clock shows a time inside the window.
 */
function occurrences(window: Window, instant: Temporal.Instant, timezone: string) {
  const today = instant.toZonedDateTimeISO(timezone).toPlainDate()
  return [-1, 0, 1]
    .map(days => today.add({ days }))
    .filter(date => window.days.includes(date.dayOfWeek))
    .map(date => ({
      start: momentOf(date, window.from, timezone, 'earlier'),
      end: momentOf(date, window.to > window.from ? window.to : window.to + 1440, timezone, 'later'),
    }))
}

/** Minutes after that day's midnight; `which` of two, where the clock shows it twice; where it shows it never, when it is set. */
function momentOf(date: Temporal.PlainDate, minutes: number, timezone: string, which: 'earlier' | 'later') {
  const asked = date
    .add({ days: Math.floor(minutes / 1440) })
    .toPlainDateTime({ hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 })
  const moment = asked.toZonedDateTime(timezone, { disambiguation: which })
  if (moment.toPlainDateTime().equals(asked)) return moment.toInstant()
  const before = asked.toZonedDateTime(timezone, { disambiguation: 'earlier' })
  return (before.getTimeZoneTransition('next') ?? before).toInstant()
}

/** The share of a week, 0 to 1, that the windows cover together, by a clock that is never set. */
export function weekCovered(windows: readonly Window[]): number {
  const spans = windows.flatMap(window => window.days.flatMap(day => spansOf(window, (day - 1) * 1440)))
  let covered = 0
  let reached = 0
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    covered += Math.max(0, to - Math.max(from, reached))
    reached = Math.max(reached, to)
  }
  return covered / week
}

/** The longest time without a break, in minutes, that the windows cover together, by a clock that is never set; endless where they cover all. */
export function longestCovered(windows: readonly Window[]): number {
  // twice the week, so that what goes on over Sunday's midnight is one
  const spans = windows
    .flatMap(window => window.days.flatMap(day => spansOf(window, (day - 1) * 1440)))
    .flatMap(([from, to]): [number, number][] => [
      [from, to],
      [from + week, to + week],
    ])
  let longest = 0
  let [start, reached] = [-1, -1]
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (from > reached) start = from
    reached = Math.max(reached, to)
    longest = Math.max(longest, reached - start)
  }
  return longest >= week ? Number.POSITIVE_INFINITY : longest
}

const week = 7 * 1440

function spansOf(window: Window, midnight: number): [number, number][] {
  const from = midnight + window.from
  const to = midnight + window.to + (window.to > window.from ? 0 : 1440)
  if (to <= week) return [[from, to]]
  return [
    [from, week],
    [0, to - week],
  ]
}
