import { i18n } from '@lingui/core'

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
const frenchUnits = ['o', 'ko', 'Mo', 'Go', 'To', 'Po'] as const

/** Decimal units, three figures: `1.24 MB`, in French `1,24 Mo`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  const figure = value.toLocaleString(i18n.locale, { minimumFractionDigits: 0, maximumFractionDigits: digits })
  return `${figure}\u00a0${(i18n.locale === 'fr' ? frenchUnits : units)[unit]}`
}
