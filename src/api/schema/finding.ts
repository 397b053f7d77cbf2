import { z } from 'zod'
import { cls, countedPageOf, list, listOf, pageQuery, severities, severity, shortText, time, words } from './common.ts'

export const finding = z.object({
  /** `code@subject`. */
  id: z.string(),
  /** Stable words: `stale`, `drifted`, `copies-missing` … */
  code: z.string(),
  severity,
  /** An item, an asset, a process, a place, a conduit or the site. */
  subject: z.string(),
  /** What the subject is: of `other` there is no page of its own. */
  about: z.enum(['item', 'asset', 'process', 'other']),
  class: cls,
  /** Facts it rests on, by their names. */
  facts: z.record(z.string(), z.unknown()),
  remedy: z.string(),
  acknowledged: z.object({ reason: z.string(), actor: z.string(), until: time }).nullable(),
})
export type Finding = z.infer<typeof finding>
export const findingsQuery = pageQuery.extend({
  code: z.string().max(2_000).optional(),
  severity: listOf(severities),
  /** Whom it concerns: a process with all that it needs, an asset with its items, an item, a place, a zone, a code. */
  of: shortText.optional(),
  acknowledged: z.enum(['yes', 'no', 'all']).default('all'),
})
const count = z.number().int()
export const findings = countedPageOf(finding).extend({
  /** Over all of the filter, by code: how many, how many of them nobody bears, the gravest severity, the first of them. */
  codes: list(z.object({ code: z.string(), count, open: count, severity, first: finding })),
  /** Over all of the filter. */
  severities: z.object({ high: count, medium: count, low: count }),
  /** Of all of the filter, those that somebody bears. */
  acknowledged: count,
})
export type Findings = z.infer<typeof findings>
export type FindingGroup = Findings['codes'][number]

export const acknowledgement = z.object({
  code: shortText.min(1),
  subject: shortText.min(1),
  reason: words,
  /** A day (`2027-03-31`, to its end by the site's clock) or a duration (`30d`); two years at most. */
  until: z.string().max(40),
})
/** Of all of one code that nobody bears. */
export const groupAcknowledgement = acknowledgement.omit({ subject: true }).extend({
  of: shortText.min(1).optional(),
  severity: z.array(severity).min(1).optional(),
  /** As many as whoever asks has seen: of another number nothing is written. */
  count: z.number().int().min(1),
})
export const acknowledgementEnd = z.object({ code: shortText.min(1), subject: shortText.min(1), reason: words })

/** What a plant does first. */
export const wayUp = z.object({
  steps: list(
    z.object({
      number: z.number().int(),
      stage: z.string(),
      class: cls,
      title: z.string(),
      why: z.string(),
      findings: list(z.string()).describe('ids of findings, at most 100'),
      count: z.number().int(),
      remedies: list(z.string()).describe('at most 20'),
    }),
  ),
})
export type WayUp = z.infer<typeof wayUp>
export const wayUpQuery = z.object({ of: shortText.optional() })
