import { z } from 'zod'
import { list, time } from './common.ts'

/** What sends notifications: a channel of site.yaml. */
export const notifications = z.object({
  channels: list(
    z.object({
      id: z.string(),
      kind: z.string(),
      waiting: z.number().int(),
      sent: z.number().int(),
      dropped: z.number().int(),
      lastSent: time.nullable(),
      lastError: z.string().nullable(),
      lastErrorAt: z.string().nullable(),
    }),
  ),
})
export type Notifications = z.infer<typeof notifications>

export const triggers = z.object({
  rows: list(
    z.object({
      id: z.string(),
      /** `folder`, `syslog`, `snmp`, `hook`. */
      via: z.string(),
      /** `blind`: it goes on, and sees nothing now · `failed`: it could not begin, or go on, and is tried again. */
      status: z.enum(['starting', 'working', 'blind', 'failed']),
      /** What it watches; or why it does not, and what to do. */
      text: z.string(),
      since: time,
      counts: z.record(z.string(), z.number()),
      last: z.object({ at: time, what: z.string(), from: z.string().nullable(), items: list(z.string()) }).nullable(),
      /** Addresses that are no asset's, the newest first. */
      strangers: list(z.object({ address: z.string(), count: z.number().int(), last: time })),
    }),
  ),
})
export type Triggers = z.infer<typeof triggers>

/** 200 while the node works, 503 where it does not. Names no item and no secret. */
export const health = z.object({
  ok: z.boolean(),
  version: z.string(),
  started: time,
  site: z.enum(['in-force', 'refused']),
  /** Of the journal, and of what was verified last in each place. */
  integrity: z.enum(['sound', 'broken']),
  judged: z.number().int(),
  problems: list(z.string()),
})
export type Health = z.infer<typeof health>
export const hookParams = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/) })
export const hookTaken = z.object({ taken: z.boolean() })
