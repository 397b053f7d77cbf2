import { z } from 'zod'
import { list, time } from './common.ts'

/** Names, never values: a secret that was set is not told again. */
export const secretRow = z.object({
  name: z.string(),
  /** Null: something asks for it, and it is not set. */
  set: time.nullable(),
  /** The items that ask for it. */
  items: list(z.string()),
  /** What else of site.yaml names it: `trigger ID`, `notify ID`. */
  others: list(z.string()),
})
/** The missing ones first. */
export const secrets = z.object({ rows: list(secretRow) })
export const secretParams = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, ".", "_" and "-"'),
})

/** Bytes in UTF-8. */
const mostBytes = 64 * 1024
export const secretBody = z.strictObject({
  value: z
    .string()
    .min(1)
    .max(mostBytes)
    .refine(text => new TextEncoder().encode(text).length <= mostBytes, 'at most 64 KiB'),
})
