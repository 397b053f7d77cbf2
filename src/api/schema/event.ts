import { z } from 'zod'
import { list } from './common.ts'
import { run } from './run.ts'

// What `GET /api/events` sends: server-sent events, `event:` the type, `data:` the JSON of one of these. `id:` grows; a client
// that comes back with Last-Event-ID gets what it missed, or `reset` where that is too long ago: then it asks for everything
// anew. Each 15 s a `ping` without content or number comes: a stream that is silent for longer is a dead link.

export const nodeEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run }),
  z.object({
    type: z.literal('journal'),
    last: z.number().int(),
    lines: list(z.object({ seq: z.number().int(), what: z.string(), item: z.string().nullable(), actor: z.string() })),
  }),
  z.object({ type: z.literal('judged'), number: z.number().int() }),
  z.object({ type: z.literal('site'), etag: z.string(), problems: z.number().int() }),
  z.object({ type: z.literal('integrity'), message: z.string() }),
  z.object({ type: z.literal('approvals') }),
  /** Accounts, tokens, or how directories are reached, whoever changed them. */
  z.object({ type: z.literal('people') }),
  z.object({ type: z.literal('drill'), drill: z.string() }),
  z.object({ type: z.literal('verification'), verification: z.string() }),
  z.object({ type: z.literal('reset') }),
  /** The node stops; come back later. */
  z.object({ type: z.literal('stopping') }),
])
export type NodeEvent = z.infer<typeof nodeEvent>
