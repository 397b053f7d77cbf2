import { z } from 'zod'
import { bytes, list, time } from './common.ts'
import { journalReport } from './journal.ts'

const count = z.number().int()

/** Verifies all places one after the other; `GET /api/verifications` tells how far it is. */
export const verificationRequest = z.object({
  /** Every byte of every copy; else its structure only. */
  readData: z.boolean(),
})
export const verification = z.object({
  id: z.string(),
  by: z.string(),
  readData: z.boolean(),
  begun: time,
  ended: time.nullable(),
  place: z.string().nullable().describe('the one that is being read'),
  stage: z.enum(['files', 'trees', 'data']).nullable(),
  done: count,
  total: count,
  /** Null while it goes on. */
  outcome: z.enum(['sound', 'not-sound', 'stopped', 'failed']).nullable(),
  /** Where it came to an end. Lists name the first of what they count. */
  report: z
    .object({
      places: list(
        z.object({
          place: z.string(),
          state: z.enum(['verified', 'missing', 'not-attached', 'locked-out']),
          versions: count,
          errors: count,
          /** Items whose newest version it does not hold sound. */
          behind: count,
          behindItems: list(z.string()),
          note: z.string().nullable(),
        }),
      ),
      problems: list(z.object({ file: z.string(), message: z.string() })),
      problemsTotal: count,
      /** Versions that the repository does not hold any more. */
      lost: list(z.object({ item: z.string(), version: z.string() })),
      lostTotal: count,
      journal: journalReport,
      snapshots: count,
      packs: count,
      bytesRead: bytes,
    })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type Verification = z.infer<typeof verification>
/** The newest first: the one that goes on, and those that ended since the node started, ten at most. */
export const verifications = z.object({ rows: list(verification) })
export type Verifications = z.infer<typeof verifications>
export const verificationParams = z.object({ verification: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })
