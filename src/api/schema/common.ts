import { z } from 'zod'

// Times are ISO 8601, UTC; spans are milliseconds; sizes are bytes. What is not known is null.

/** Of an answer: nobody changes it. */
export function list<Of extends z.ZodType>(of: Of) {
  return z.array(of).readonly()
}

export const time = z.string().describe('ISO 8601, UTC')
export const span = z.number().describe('milliseconds')
export const bytes = z.number().describe('bytes')

/** Ids of `site.yaml`: what is none never reaches a path, a query or a device. */
export const id = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'an id of site.yaml: lower-case letters, digits, ".", "_" and "-"')
export const itemId = z
  .string()
  .max(129)
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}$/, 'asset/item')
/** A version id, the beginning of one, `latest`, `previous` or `approved`. */
export const versionName = z
  .string()
  .max(64)
  .regex(/^[0-9A-Za-z][0-9A-Za-z._-]*$/, 'a version id, latest, previous or approved')
/** What a person writes: why something is done. */
export const words = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .regex(/^(?:[^\p{Cc}]|[\t\n\r])*$/u, 'text without control characters')
/** A name, an address or a word that somebody types. */
export const shortText = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'one line of at most 200 characters')

/** What a person is called, as the journal and colleagues read it. */
export const displayName = shortText.min(1).max(100)

export const assetParams = z.object({ asset: id })
export const itemParams = z.object({ asset: id, item: id })
export const versionParams = itemParams.extend({ version: versionName })

export const pageQuery = z.object({
  /** Of the answer before; absent for the first rows. */
  cursor: z.string().max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
/** `next`: the cursor of the rows that follow; null at the end. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: list(row), next: z.string().nullable() })
}
/** A list that is known as a whole: `total` counts what the filters leave. */
export function countedPageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: list(row), next: z.string().nullable(), total: z.number().int() })
}

/** A list in a query: `?kind=plc,hmi`. */
export function listOf<Values extends readonly [string, ...string[]]>(values: Values) {
  return z
    .string()
    .max(2_000)
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(values)))
    .optional()
}
export const idsQuery = z
  .string()
  .max(20_000)
  .transform(text => text.split(','))
  .pipe(z.array(id))
  .optional()

export const classes = ['very high', 'high', 'medium', 'low'] as const
export const severities = ['high', 'medium', 'low'] as const
export const levels = [0, 1, 2, 3, 3.5, 4, 5] as const
export const cls = z.enum(classes).nullable().describe('how critical; null without failure modes')
export const severity = z.enum(severities)
export const level = z.union(levels.map(value => z.literal(value)))
export type Severity = z.infer<typeof severity>

export const done = z.object({ done: z.literal(true) })
