import { z } from 'zod'
import { classes, cls, countedPageOf, id, idsQuery, list, listOf, pageQuery, shortText, span, time } from './common.ts'

/** `never`: no version of it exists. */
export const itemFreshness = z.enum(['fresh', 'stale', 'never'])
export const failure = z.object({
  time,
  code: z.string(),
  /** The device's own words. */
  message: z.string(),
  /** What a person does about it. */
  remedy: z.string(),
})

export const itemRow = z.object({
  /** `asset/item` */
  id: z.string(),
  asset: z.string(),
  assetName: z.string().nullable(),
  kind: z.string(),
  via: z.string(),
  zone: z.string(),
  class: cls,
  state: itemFreshness,
  /** The newest capture failed. */
  failed: z.boolean(),
  drifted: z.boolean(),
  /** It has changed, and no version of it is approved. */
  changed: z.boolean(),
  approved: z.boolean(),
  lastConfirmed: time.nullable(),
  latest: z.string().nullable().describe('the id of the newest version'),
  /** Verified copies, and whether its class asks for no more. */
  copies: z.number().int(),
  copiesMet: z.boolean(),
  interval: span,
  due: time.nullable(),
})
export type ItemRow = z.infer<typeof itemRow>

export const itemSorts = ['id', '-id', 'class', '-class', 'confirmed', '-confirmed', 'due', '-due'] as const
export const itemStates = [
  'fresh',
  'stale',
  'never',
  'failed',
  'drifted',
  'approved',
  'not-approved',
  'copies-missing',
] as const
export const itemsQuery = pageQuery.extend({
  /** Words that all occur in its id, its asset's name, its kind, its connector or its zone. */
  q: shortText.optional(),
  zone: idsQuery,
  asset: idsQuery,
  process: id.optional(),
  /** Of the item: `program`, `configuration` … */
  kind: idsQuery,
  via: idsQuery,
  class: listOf([...classes, 'none']),
  state: listOf(itemStates),
  sort: z.enum(itemSorts).default('id'),
})
export const items = countedPageOf(itemRow)
export type Items = z.infer<typeof items>

export const item = itemRow.extend({
  exclude: list(z.string()),
  notes: z.string().nullable(),
  data: z.enum(['configuration', 'history']),
  processes: list(z.string()),
  /** The longest that the newest reading may lie back. */
  limit: span,
  staleAt: time.nullable(),
  schedule: z.object({
    interval: span,
    /** `typed`, `mtdl` …: where it comes from. */
    source: z.string(),
    mtdl: span.nullable(),
    captureTime: span,
  }),
  failure: failure.nullable(),
  approvedVersion: z.string().nullable(),
  lastDrilled: time.nullable(),
  drillPassed: z.boolean().nullable(),
  copyRule: z.string(),
  copyTerms: list(z.object({ term: z.string(), has: z.number(), needs: z.number(), met: z.boolean() })),
  /** By place, as the file lists them. */
  places: list(
    z.object({
      place: z.string(),
      newest: z.string().nullable(),
      verified: z.object({ version: z.string(), seen: time, time }).nullable(),
    }),
  ),
  /** Names, never values. */
  secrets: list(z.object({ name: z.string(), set: z.boolean() })),
  /** What writing back does to the machine. */
  restore: z.enum(['writes', 'stops', 'unsupported']),
  /** Whether writing back asks for a second person. */
  twoPeople: z.boolean(),
  /** The run that waits or goes on. */
  run: z.string().nullable(),
})
export type Item = z.infer<typeof item>
