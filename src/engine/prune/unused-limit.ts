import { BlackstartError } from '../../errors.ts'
import { parsePercent, parseSize } from './size-words.ts'

/** How much of what no snapshot needs may stay, so that little has to be repacked: of the repository afterwards, or in bytes. */
export type UnusedLimit = { readonly percent: number } | { readonly bytes: number } | 'unlimited'

/** restic's. */
export const defaultUnusedLimit: UnusedLimit = { percent: 5 }

/** restic's words: `5%`, `200M`, `unlimited`. Throws `usage`. */
export function parseUnusedLimit(text: string): UnusedLimit {
  if (text.trim() === 'unlimited') return 'unlimited'
  const percent = parsePercent(text)
  if (percent === null) return { bytes: parseSize(text) }
  if (percent < 100) return { percent }
  throw new BlackstartError(
    'usage',
    `"${text}": the repository cannot be all unused. Write less than 100%, or unlimited.`,
  )
}

/** Bytes that may stay unused beside so many that are used. */
export function unusedBytesAllowed(limit: UnusedLimit, used: number): number {
  if (limit === 'unlimited') return Infinity
  return 'bytes' in limit ? limit.bytes : (used * limit.percent) / (100 - limit.percent)
}
