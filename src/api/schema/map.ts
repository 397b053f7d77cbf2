import { z } from 'zod'
import { cls, level, list } from './common.ts'

/** The worst of its items. `bare`: nothing of it is backed up. */
export const freshness = z.enum(['fresh', 'stale', 'never', 'bare'])
export type Freshness = z.infer<typeof freshness>

export const mapAsset = z.object({
  id: z.string(),
  name: z.string().nullable(),
  kind: z.string(),
  zone: z.string(),
  state: freshness,
  failed: z.boolean(),
  drifted: z.boolean(),
  /** It has changed, and no version of it is approved. */
  changed: z.boolean(),
  running: z.boolean(),
  class: cls,
  items: z.number().int(),
  findings: z.number().int(),
  /** Assets that must work before this one can. */
  needs: list(z.string()),
})
export type MapAsset = z.infer<typeof mapAsset>

export const map = z.object({
  judged: z.number().int(),
  zones: list(
    z.object({ id: z.string(), name: z.string().nullable(), level, node: z.boolean(), assets: z.number().int() }),
  ),
  assets: list(mapAsset),
  conduits: list(
    z.object({
      /** By its place in the file. */
      number: z.number().int(),
      from: z.string(),
      to: z.string(),
      allow: list(z.string()),
      oneWay: z.boolean(),
      exception: z.string().nullable(),
      note: z.string().nullable(),
      /** Denied by default and listed without a reason, or denied whatever is listed. */
      forbidden: z.boolean(),
      rule: z.string().nullable(),
    }),
  ),
})
export type PlantMap = z.infer<typeof map>
