import { z } from 'zod'
import { itemId, list, shortText, time, versionName, words } from './common.ts'

export const runReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('schedule') }),
  z.object({ kind: z.literal('catch-up') }),
  z.object({ kind: z.literal('window') }),
  z.object({ kind: z.literal('retry'), attempt: z.number().int() }),
  z.object({ kind: z.literal('trigger'), trigger: z.string(), seen: z.string() }),
  z.object({ kind: z.literal('person'), name: z.string() }),
])
export const runStates = ['waiting', 'reading', 'writing', 'reading-back', 'comparing', 'storing', 'ended'] as const
export const run = z.object({
  id: z.string(),
  item: z.string(),
  does: z.enum(['capture', 'write']),
  reason: runReason,
  state: z.enum(runStates),
  asked: time,
  begun: time.nullable(),
  ended: time.nullable(),
  progress: z.object({
    bytes: z.number(),
    files: z.number(),
    /** Of the version before: time left = (expected - bytes) / rate. */
    expectedBytes: z.number().nullable(),
    bytesPerSecond: z.number().nullable(),
  }),
  outcome: z.enum(['version', 'equivalent', 'confirmed', 'failed', 'written', 'interrupted']).nullable(),
  /** Who stopped it, and from where: `anna (10.1.3.9)`. */
  stoppedBy: z.string().nullable(),
  version: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
})
export type Run = z.infer<typeof run>

const runId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** Those that wait or go on, and those that ended within the hour; newest first. */
export const runsQuery = z.object({
  item: itemId.optional(),
  live: z.stringbool().default(false),
  /** Of these alone, up to 500: `?ids=a,b`. Those that are not known any more are left out. */
  ids: z
    .string()
    .max(500 * 65)
    .transform(text => text.split(','))
    .pipe(z.array(runId).max(500))
    .optional(),
})
export const runs = z.object({ rows: list(run), live: z.number().int() })
export type Runs = z.infer<typeof runs>

export const captureRequest = z.object({
  /** `asset/item`, or an asset for all of its items; `"all"` for the site. */
  items: z.union([z.literal('all'), z.array(shortText.min(1)).min(1).max(20_000)]),
  ignoreQuiet: z.boolean().default(false),
})
export type CaptureRequest = z.infer<typeof captureRequest>
export const stopped = z.object({ stopped: z.boolean() })
export type Stopped = z.infer<typeof stopped>
export const runParams = z.object({ run: runId })

export const restoreRequest = z.object({
  item: itemId,
  version: versionName,
  /** The item's id, typed by the person: nothing is written by a slip. */
  confirm: z.string().max(200),
  /** With an approval: as it was agreed, or more carefully. */
  withoutSafety: z.boolean().default(false),
  /** Why: for the journal, and for the second person where the site asks for one. With an approval: as it was agreed. */
  reason: words.optional(),
  /** The id of what a second person has approved; used up by this. */
  approval: z.string().max(64).optional(),
  /** Without the second person, for this reason: recorded, told to everyone, never refused. */
  breakGlass: words.optional(),
})
export type RestoreRequest = z.infer<typeof restoreRequest>
/** Either it is being written, or a second person is asked. */
export const restoreAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('writing'), run }),
  z.object({ state: z.literal('approval'), approval: z.string() }),
])
export type RestoreAnswer = z.infer<typeof restoreAnswer>

/** A write-back as the journal holds it. */
export const written = z.object({
  item: z.string(),
  version: z.string(),
  /** When it had ended. */
  time,
  by: z.string(),
  /** `mismatch`: the device holds something else than what was written. */
  result: z.enum(['done', 'failed', 'mismatch']),
  /** Why, as whoever wrote it said; null where nothing was said. */
  reason: z.string().nullable(),
})
export type Written = z.infer<typeof written>
/** The newest first, ten at most: the others are in the journal. */
export const restores = z.object({ rows: list(written) })
export type Restores = z.infer<typeof restores>

export const approval = z.object({
  id: z.string(),
  item: z.string(),
  version: z.string(),
  zone: z.string(),
  reason: z.string(),
  /** It is written even where the device cannot be read first: what it holds may be lost. */
  withoutSafety: z.boolean(),
  asker: z.string(),
  asked: time,
  expires: time,
  state: z.enum(['waiting', 'approved', 'refused', 'withdrawn', 'used', 'expired']),
  decider: z.string().nullable(),
  decided: time.nullable(),
  note: z.string().nullable(),
  /** Whether the one who looks may decide it, use it up, or withdraw it. */
  mayDecide: z.boolean(),
  own: z.boolean(),
})
export type Approval = z.infer<typeof approval>
/** What waits and what was decided lately, the newest first. */
export const approvals = z.object({ rows: list(approval), waiting: z.number().int() })
export type Approvals = z.infer<typeof approvals>
export const approvalDecision = z.object({ approve: z.boolean(), note: z.string().trim().max(1_000).default('') })
export const approvalParams = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })
