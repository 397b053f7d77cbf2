import { z } from 'zod'
import { bytes, list, pageOf, pageQuery, span, time, versionName, words } from './common.ts'

export const versionRow = z.object({
  id: z.string(),
  outcome: z.enum(['version', 'equivalent']),
  /** When the device was first seen to hold it, and last. */
  time,
  confirmed: time,
  received: time,
  bytes,
  files: z.number().int(),
  /** The approved one now. */
  approved: z.boolean(),
  /** Whether it holds the same as the approved one, but for volatile bytes; null where none is approved. */
  sameAsApproved: z.boolean().nullable(),
  /** The write-back whose reading back made it, and the version that was written; null where none did. */
  writtenBy: z
    .object({
      ...{ actor: z.string(), time, version: z.string(), result: z.enum(['done', 'failed', 'mismatch']) },
      /** Why, as whoever wrote it said; null where nothing was said. */
      reason: z.string().nullable(),
    })
    .nullable(),
  /** Every approval that it ever got, the newest first. */
  approvals: list(z.object({ actor: z.string(), time, note: z.string().nullable() })),
  hold: z.object({ actor: z.string(), time, reason: z.string() }).nullable(),
  kept: z.boolean(),
  keptFor: list(z.string()),
  /** When it may go if nothing else arrives; null: never, or once something else arrives. */
  keptUntil: time.nullable(),
  /** Whether the repository holds it. */
  stored: z.boolean(),
  /** Seen outside every change window of the item; null where it has none. */
  unexpected: z.boolean().nullable(),
})
export type VersionRow = z.infer<typeof versionRow>
/** Newest first. */
export const versions = pageOf(versionRow).extend({ item: z.string(), total: z.number().int() })
export type Versions = z.infer<typeof versions>

export const version = versionRow.extend({
  item: z.string(),
  previous: z.string().nullable(),
  next: z.string().nullable(),
  sheet: z.object({
    connector: z.string(),
    started: time,
    finished: time,
    program: z.string(),
    asset: z.record(z.string(), z.string().nullable()),
    /** What the connector saw of the device. */
    observed: z.record(z.string(), z.string()),
  }),
})
export type Version = z.infer<typeof version>

/** From the item's root; empty for the root itself. A text that is compared with names of the tree, never with a disk. */
export const storedPath = z.string().max(32_768)
export const entriesQuery = pageQuery.extend({ folder: storedPath.default('') })
export const entry = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['file', 'folder', 'link']),
  bytes,
  mtime: z.string().nullable(),
  mode: z.number().int().nullable(),
  target: z.string().nullable(),
})
export type Entry = z.infer<typeof entry>
export const entries = pageOf(entry)
export type Entries = z.infer<typeof entries>

export const pathQuery = z.object({ path: storedPath.min(1) })
export const folderQuery = z.object({ path: storedPath.default('') })
/** A file as text, its secrets masked. */
export const fileText = z.object({
  path: z.string(),
  /** Null where it is binary, or over 4 MiB. */
  text: z.string().nullable(),
  bytes,
  encoding: z.string().nullable(),
  format: z.string().nullable(),
})
export type FileText = z.infer<typeof fileText>

export const diffQuery = z.object({
  /** The version before `to` by default. */
  from: versionName.optional(),
  to: versionName.default('latest'),
  context: z.coerce.number().int().min(0).max(100_000).default(3),
  /** Only this file. */
  path: storedPath.optional(),
})
export const hunk = z.object({
  from: z.number().int(),
  fromLines: z.number().int(),
  to: z.number().int(),
  toLines: z.number().int(),
  heading: z.string().nullable(),
  lines: list(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() })),
})
export type Hunk = z.infer<typeof hunk>
export const change = z.object({
  kind: z.enum(['added', 'removed', 'moved', 'type', 'text', 'binary', 'layout', 'volatile', 'mode', 'link']),
  path: z.string(),
  what: z.string(),
  facts: list(z.string()).optional(),
  hunks: list(hunk).optional(),
  volatile: list(z.string()).optional(),
  binary: z
    .object({
      bytesBefore: bytes,
      bytesAfter: bytes,
      ranges: list(z.object({ offset: z.number(), length: z.number() })),
      more: z.number().int(),
    })
    .optional(),
})
export type Change = z.infer<typeof change>
export const diff = z.object({
  item: z.string(),
  from: z.string(),
  to: z.string(),
  /** The content's format, for colouring: `cisco-ios` …; null where nothing tells. */
  format: z.string().nullable(),
  equal: z.boolean(),
  equivalent: z.boolean(),
  summary: z.string(),
  /** At most 2,000 changes and 50,000 lines; `cut` says that there are more: ask for one file by `path`. */
  changes: list(change),
  cut: z.boolean(),
})
export type Diff = z.infer<typeof diff>

export const approveBody = z.object({ note: words.nullable().default(null) })
export const reasonBody = z.object({ reason: words })
export const decided = z.object({ item: z.string(), version: z.string() })
export const trusted = z.object({ asset: z.string() })

export const captureRow = z.object({
  item: z.string(),
  time,
  outcome: z.enum(['version', 'equivalent', 'confirmed', 'failed']),
  version: z.string().nullable(),
  took: span.nullable(),
  failure: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
})
export type CaptureRow = z.infer<typeof captureRow>
export const capturesQuery = pageQuery.extend({
  outcome: z.enum(['all', 'failed', 'changed']).default('all'),
})
export const siteCapturesQuery = capturesQuery.extend({
  /** False: without those of what the node keeps of itself. */
  own: z.stringbool().default(true),
})
/** Newest first. */
export const captures = pageOf(captureRow)
export type Captures = z.infer<typeof captures>
