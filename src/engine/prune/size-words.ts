import { BlackstartError } from '../../errors.ts'

const factors: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** Bytes of a size in restic's words: `500`, `16M`, `2g`. Throws `usage`. */
export function parseSize(text: string): number {
  const match = /^(\d+)([kmgt]?)b?$/i.exec(text.trim())
  const bytes = match === null ? NaN : Number(match[1]) * (factors[(match[2] ?? '').toLowerCase()] ?? NaN)
  if (Number.isSafeInteger(bytes)) return bytes
  throw new BlackstartError('usage', `"${text}" is no size. Write bytes, or a number with K, M, G or T: 500M.`)
}

/** A percentage from 0 to 100, `2.5%`; null where the text does not end in `%`. Throws `usage`. */
export function parsePercent(text: string): number | null {
  const trimmed = text.trim()
  if (!trimmed.endsWith('%')) return null
  const percent = /^\d+(\.\d+)?%$/.test(trimmed) ? Number(trimmed.slice(0, -1)) : NaN
  if (percent >= 0 && percent <= 100) return percent
  throw new BlackstartError('usage', `"${text}" is no percentage. Write a number from 0 to 100 and %: 5%.`)
}
