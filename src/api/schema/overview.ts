import { z } from 'zod'
import { cls, list, severity, span, time } from './common.ts'

export const verdict = z.enum(['PROVEN', 'UNPROVEN', 'FAIL'])
export type Verdict = z.infer<typeof verdict>

export const processRow = z.object({
  id: z.string(),
  name: z.string().nullable(),
  verdict,
  reasons: list(z.string()),
  class: cls,
  mtd: span.nullable(),
  rto: span.nullable(),
  slack: span.nullable(),
  /** For every kind of data that it needs. */
  mtdlStated: z.boolean(),
  items: z.number().int(),
  stale: z.number().int(),
  drifted: z.number().int(),
})
export type ProcessRow = z.infer<typeof processRow>

export const needKinds = [
  'integrity',
  'damage',
  'site-refused',
  'broken-glass',
  'approval',
  'unexpected',
  'drift',
  'failure',
  'stale',
  'unapproved',
  'trigger',
] as const
/** What needs a person now. Sorted: what is first is most urgent. */
export const need = z.object({
  /** The same for the same need, whatever else happens. */
  id: z.string(),
  kind: z.enum(needKinds),
  severity,
  /** An item, an asset, or null for the site. */
  item: z.string().nullable(),
  asset: z.string().nullable(),
  zone: z.string().nullable(),
  class: cls,
  /** One sentence. */
  what: z.string(),
  /** What a person does about it; empty where the page shows it by itself. */
  remedy: z.string(),
  since: time.nullable(),
  /** Of an approval: its id. */
  approval: z.string().nullable(),
})
export type Need = z.infer<typeof need>

export const overview = z.object({
  site: z.object({ name: z.string(), timezone: z.string(), etag: z.string(), refused: z.boolean() }),
  now: time,
  /** The judgement that it rests on; grows. */
  judged: z.number().int(),
  started: time,
  integrity: z.string().nullable(),
  /** Gravest verdict first, then as the file lists them. */
  processes: list(processRow),
  /** At most 200; `needsTotal` counts all. */
  needs: list(need),
  needsTotal: z.number().int(),
  counts: z.object({
    zones: z.number().int(),
    assets: z.number().int(),
    items: z.number().int(),
    fresh: z.number().int(),
    stale: z.number().int(),
    never: z.number().int(),
    failed: z.number().int(),
    drifted: z.number().int(),
    approved: z.number().int(),
    uncovered: z.number().int().describe('assets of which nothing is backed up'),
    runs: z.number().int().describe('waiting and going on'),
    findings: z.object({
      high: z.number().int(),
      medium: z.number().int(),
      low: z.number().int(),
      acknowledged: z.number().int(),
    }),
  }),
})
export type Overview = z.infer<typeof overview>
