import { z } from 'zod'
import { classes, cls, countedPageOf, id, idsQuery, level, list, listOf, pageQuery, shortText, time } from './common.ts'
import { itemRow } from './item.ts'
import { freshness } from './map.ts'

export const assetRow = z.object({
  id: z.string(),
  name: z.string().nullable(),
  kind: z.string(),
  zone: z.string(),
  zoneName: z.string().nullable(),
  level,
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  address: z.string().nullable(),
  class: cls,
  state: freshness,
  failed: z.boolean(),
  drifted: z.boolean(),
  /** It has changed, and no version of it is approved. */
  changed: z.boolean(),
  items: z.number().int(),
  lastConfirmed: time.nullable(),
  findings: z.number().int(),
  processes: list(z.string()),
})
export type AssetRow = z.infer<typeof assetRow>

export const assetSorts = ['id', '-id', 'name', '-name', 'class', '-class', 'confirmed', '-confirmed'] as const
export const assetStates = ['fresh', 'stale', 'never', 'bare', 'failed', 'drifted'] as const
export const assetsQuery = pageQuery.extend({
  /** Words that all occur in its id, name, kind, vendor, model, address or zone. */
  q: shortText.optional(),
  zone: idsQuery,
  process: id.optional(),
  kind: idsQuery,
  class: listOf([...classes, 'none']),
  state: listOf(assetStates),
  sort: z.enum(assetSorts).default('id'),
})
export const assets = countedPageOf(assetRow)

export const asset = assetRow.extend({
  serial: z.string().nullable(),
  domain: z.string().nullable(),
  notes: z.string().nullable(),
  needs: list(z.string()),
  neededBy: list(z.string()),
  exposure: list(z.string()),
  rows: list(itemRow),
})
export type Asset = z.infer<typeof asset>
