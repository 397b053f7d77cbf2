import { BlackstartError } from '../../errors.ts'

/** A span of the calendar as restic writes it: `1y5m7d2h`. */
export interface CalendarSpan {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

const units = { y: 'years', m: 'months', d: 'days', h: 'hours' } as const
const mostDigits = 9

/** Throws `usage` for what is not such a span. */
export function parseSpan(text: string): CalendarSpan {
  const span = { years: 0, months: 0, days: 0, hours: 0 }
  const parts = text.trim().match(/\d+[ymdh]/g) ?? []
  const whole = parts.join('') === text.trim() && parts.length > 0
  if (!whole || parts.some(part => part.length > mostDigits + 1)) {
    throw new BlackstartError(
      'usage',
      `"${text}" is no span of time: write years, months, days and hours, as 1y5m7d2h.`,
    )
  }
  for (const part of parts) span[units[part.at(-1) as keyof typeof units]] = Number(part.slice(0, -1))
  return span
}

/** `1y5m7d2h`, without what is zero. */
export function spanText(span: CalendarSpan): string {
  return Object.entries(units)
    .filter(([, unit]) => span[unit] !== 0)
    .map(([letter, unit]) => `${span[unit]}${letter}`)
    .join('')
}

export function isZero(span: CalendarSpan): boolean {
  return span.years === 0 && span.months === 0 && span.days === 0 && span.hours === 0
}
