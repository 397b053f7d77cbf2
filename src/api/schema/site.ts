import { z } from 'zod'
import { list, pageOf, time, versionName } from './common.ts'
import { hunk } from './version.ts'

export const problem = z.object({
  line: z.number().int(),
  column: z.number().int(),
  path: z.string(),
  message: z.string(),
  allowed: z.string().nullable(),
  severity: z.enum(['error', 'warning']),
})
export type Problem = z.infer<typeof problem>

export const siteText = z.object({
  text: z.string(),
  /** Goes back as `If-Match`; where a file is refused, its own does. */
  etag: z.string(),
  loaded: time,
  /** Warnings of the text in force. */
  problems: list(problem),
  /** The file on the disk, where it is not in force because of its errors. */
  refused: z.object({ text: z.string(), etag: z.string(), problems: list(problem), since: time }).nullable(),
})
export type SiteText = z.infer<typeof siteText>
export const siteBody = z.object({ text: z.string().max(5_300_000) })
export const siteChecked = z.object({
  /** Whether it may be saved. */
  sound: z.boolean(),
  problems: list(problem),
  /** Against the text in force. */
  hunks: list(hunk),
  counts: z.object({ zones: z.number(), assets: z.number(), items: z.number(), processes: z.number() }).nullable(),
})
export type SiteChecked = z.infer<typeof siteChecked>
/**
 * Newest first. `actor`: who wrote it through the node; null where that is not known, as of one that was edited on the disk. `errors`:
 * with any it was never in force; null where there was no time to look.
 */
export const siteVersions = pageOf(
  z.object({
    ...{ id: z.string(), time, actor: z.string().nullable(), bytes: z.number() },
    errors: z.number().int().nullable(),
  }),
)
export type SiteVersions = z.infer<typeof siteVersions>
export const siteVersionParams = z.object({ version: versionName })
export const siteVersion = z.object({ id: z.string(), time, text: z.string(), hunks: list(hunk) })
export type SiteVersion = z.infer<typeof siteVersion>

/** Something to choose from where forms and filters ask. */
export const vocabulary = z.object({
  zones: list(z.object({ id: z.string(), name: z.string().nullable(), level: z.number() })),
  processes: list(z.object({ id: z.string(), name: z.string().nullable() })),
  domains: list(z.string()),
  places: list(z.string()),
  assetKinds: list(z.string()),
  itemKinds: list(z.string()),
  connectors: list(z.string()),
  findingCodes: list(z.string()),
})
export type Vocabulary = z.infer<typeof vocabulary>
