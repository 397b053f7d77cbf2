import { i18n } from '@lingui/core'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const parts = [
  { unit: 'day', length: day },
  { unit: 'hour', length: hour },
  { unit: 'minute', length: minute },
  { unit: 'second', length: second },
] as const

/** The two greatest parts in words: `4 hours 20 minutes`; `short` for tables: `4h 20m`. Milliseconds. */
export function formatDuration(milliseconds: number, style: 'long' | 'short' = 'long'): string {
  const whole = Math.max(0, Math.round(milliseconds / second) * second)
  const first = parts.findIndex(({ length }) => whole >= length)
  if (first === -1) return inUnit(whole === 0 && milliseconds > 0 ? 1 : 0, 'second', style)
  const words: string[] = []
  let left = whole
  for (const { unit, length } of parts.slice(first, first + 2)) {
    const count = Math.floor(left / length)
    left -= count * length
    if (count > 0) words.push(inUnit(count, unit, style))
  }
  return words.join('\u00a0')
}

function inUnit(count: number, unit: (typeof parts)[number]['unit'], style: 'long' | 'short'): string {
  return new Intl.NumberFormat(i18n.locale, {
    style: 'unit',
    unit,
    unitDisplay: style === 'long' ? 'long' : 'narrow',
  }).format(count)
}

/** `3 minutes ago`, `in 2 hours`. */
export function formatAge(from: Date, now: Date): string {
  const passed = from.getTime() - now.getTime()
  const { unit, length } = parts.find(one => Math.abs(passed) >= one.length) ?? parts[3]
  const count = Math.trunc(passed / length)
  return new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto', style: 'long' }).format(count, unit)
}
