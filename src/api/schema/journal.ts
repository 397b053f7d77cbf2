import { z } from 'zod'
import { pageOf, pageQuery, shortText, time } from './common.ts'

export const journalRow = z.object({
  seq: z.number().int(),
  time,
  actor: z.string(),
  from: z.string().nullable(),
  /** `captured`, `approved`, `restored` …: the event's type. */
  what: z.string(),
  /** Null where it is about no one item. */
  item: z.string().nullable(),
  /** One sentence for a person. */
  sentence: z.string(),
  /** The event as the journal holds it. */
  event: z.record(z.string(), z.unknown()),
})
export type JournalRow = z.infer<typeof journalRow>
export const journalQuery = pageQuery.extend({
  who: shortText.optional(),
  /** Types of events: `approved,restored`. */
  what: z.string().max(1_000).optional(),
  /** `asset/item`, or an asset. */
  item: shortText.optional(),
})
/** Newest first. Where a filter finds little, a page may hold few rows, or none, and `next` goes on. */
export const journal = pageOf(journalRow).extend({ integrity: z.string().nullable() })
/** `problem`: the first line that does not follow, and the way out; null where the chain holds. */
export const journalReport = z.object({ lines: z.number().int(), problem: z.string().nullable() })
export type JournalReport = z.infer<typeof journalReport>
export type Journal = z.infer<typeof journal>
