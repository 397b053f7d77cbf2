import { z } from 'zod'
import { bytes, list, time } from './common.ts'

/** Counted in the background; `counted` says when, null before the first time. */
export const storage = z.object({
  counted: time.nullable(),
  repository: z.object({
    /** Empty for whoever does not see the whole site. */
    location: z.string(),
    /** On the disk. */
    stored: bytes.nullable(),
    /** All versions as the devices gave them. */
    logical: bytes,
    versions: z.number().int(),
    files: z.number().int(),
    /** `logical / stored`; null before it was counted. */
    ratio: z.number().nullable(),
    free: bytes.nullable(),
    disk: bytes.nullable(),
  }),
  catalog: bytes.nullable(),
  journal: bytes.nullable(),
  /** By day of the site, oldest first, at most 800. */
  growth: list(z.object({ day: z.string(), versions: z.number().int(), added: bytes, logical: bytes })),
  /** The largest first, at most 2,000. */
  assets: list(
    z.object({
      asset: z.string(),
      name: z.string().nullable(),
      zone: z.string().nullable(),
      versions: z.number().int(),
      bytes,
      latest: bytes,
    }),
  ),
  places: list(
    z.object({
      id: z.string(),
      medium: z.string(),
      location: z.string(),
      domain: z.string(),
      online: z.boolean(),
      offsite: z.boolean(),
      locked: z.number().nullable().describe('milliseconds'),
      verified: z.object({ time, errors: z.number().int(), readData: z.boolean() }).nullable(),
    }),
  ),
})
export type Storage = z.infer<typeof storage>
