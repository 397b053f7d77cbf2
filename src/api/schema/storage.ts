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
      /** The newest verification; null: it never was. */
      verified: z
        .object({
          ...{ time, errors: z.number().int(), versions: z.number().int().describe('that it held, sound') },
          /** Every byte was read; else the structure only. */
          readData: z.boolean(),
          /** Items whose newest version it did not hold sound. */
          behind: z.number().int(),
          /** When every byte of it was read last. */
          readWhole: time.nullable(),
        })
        .nullable(),
    }),
  ),
})
export type Storage = z.infer<typeof storage>
