import { z } from 'zod'
import { list } from './common.ts'

/** What stands in the body, whatever went wrong. */
export const apiError = z.object({
  error: z.object({
    /** For programs: a code of Blackstart, or one of the API's own (`invalid`, `signed-out`, `forbidden`, `proof-needed` …). */
    code: z.string(),
    /** For people: what happened, to what, and what to do. */
    message: z.string(),
    /** Of `invalid`: what of the request is wrong. */
    problems: list(z.object({ path: z.string(), message: z.string() })).optional(),
    /** Of `site-invalid`: as `POST /api/site/check` tells them. */
    site: z
      .array(
        z.object({
          line: z.number().int(),
          column: z.number().int(),
          path: z.string(),
          message: z.string(),
          allowed: z.string().nullable(),
          severity: z.enum(['error', 'warning']),
        }),
      )
      .optional(),
    /** Of `not-found`: the id that was probably meant, where there is one near. */
    meant: z.string().optional(),
    /** Seconds after which it may be tried again, where that is known. */
    retryAfter: z.number().optional(),
  }),
})
export type ApiError = z.infer<typeof apiError>
