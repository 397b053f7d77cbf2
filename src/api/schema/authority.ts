import { z } from 'zod'
import { time } from './common.ts'

/** The certificate of the site's own authority. */
export const authority = z.object({
  certificate: z.string().describe('PEM'),
  fingerprint: z.string().describe('SHA-256: compare it with what `blackstart authority` prints on the node'),
  until: time,
})
export type Authority = z.infer<typeof authority>
