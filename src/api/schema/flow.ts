import { z } from 'zod'
import { level, list, pageQuery, shortText, time } from './common.ts'

const end = {
  zone: z.string(),
  level,
  what: z.string().describe('an asset, a place, node, a channel, a directory; the zone itself'),
}
const word = z.string().max(40)
const ports = z.object({ from: z.number().int(), to: z.number().int() })

export const flow = z.object({
  id: z.string(),
  purpose: z
    .string()
    .describe('capture, restore, replication, trigger, pages, notification, journal, sign-in, conduit'),
  impact: z.string().nullable(),
  initiator: z.object({ ...end, hosts: list(z.string()).describe('addresses and networks; empty for the node') }),
  target: z.object({ ...end, host: z.string().nullable() }),
  protocol: z.string(),
  transport: z.string().nullable(),
  ports: ports.nullable(),
  part: z.string().nullable(),
  items: list(z.string()),
  judgement: z.enum(['allowed', 'listed-exception', 'closed-by-default', 'denied']),
  /** The row of the flow rules that decides, in words. */
  rule: z.string(),
  /** Which of the site's conduits lists it, from 0. */
  conduit: z.number().int().nullable(),
  /** When a capture was last seen to open it. */
  seen: time.nullable(),
  remedy: z.string().nullable(),
})
export type Flow = z.infer<typeof flow>
export const flowsQuery = pageQuery.extend({
  q: shortText.optional(),
  purpose: word.optional(),
  judgement: word.optional(),
})
export const flows = z.object({
  rows: list(flow),
  next: z.string().nullable(),
  total: z.number().int(),
  judgements: list(z.object({ judgement: z.string(), count: z.number().int() })),
  /** Items whose device has no address in the site file; the first of them. */
  unknown: z.object({ total: z.number().int(), items: list(z.string()) }),
  /** What goes to, or comes from, a machine whose zone the site file does not say; for whoever sees the whole site. */
  unplaced: list(
    z.object({
      ...{ purpose: z.string(), name: z.string(), host: z.string().nullable(), protocol: z.string() },
      ...{ transport: z.string(), ports, remedy: z.string() },
    }),
  ),
  /** What captures opened although nothing needs it; the first of them. */
  unexpected: z.object({
    total: z.number().int(),
    rows: list(z.object({ item: z.string(), host: z.string(), port: z.number().int(), first: time, last: time })),
  }),
})
export type Flows = z.infer<typeof flows>
