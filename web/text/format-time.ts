import { i18n } from '@lingui/core'

/** Every time is shown in the site's zone, wherever the reader sits. */
export function formatTime(at: string | Date, timezone: string, style: 'short' | 'full' = 'short'): string {
  const date = new Date(at)
  const options: Intl.DateTimeFormatOptions =
    style === 'full'
      ? { dateStyle: 'full', timeStyle: 'long' }
      : { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }
  return formatter(timezone, options).format(date)
}

/** A date of the calendar, `2026-11-24`, wherever it is. */
export function formatDate(date: string): string {
  return formatter('UTC', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(date))
}

export function formatDay(at: string | Date, timezone: string): string {
  return formatter(timezone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(at))
}

export function formatClock(at: string | Date, timezone: string): string {
  return formatter(timezone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at))
}

const made = new Map<string, Intl.DateTimeFormat>()

/** Making one takes as long as using it a thousand times. */
function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English times are read in a plant: day before month, 24 hours
  const locale = i18n.locale === 'en' ? 'en-GB' : i18n.locale
  const key = `${locale} ${timeZone} ${Object.entries(options).flat().join(' ')}`
  const known = made.get(key)
  if (known !== undefined) return known
  const one = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options })
  made.set(key, one)
  return one
}
