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
