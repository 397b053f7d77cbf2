import { z } from 'zod'
import { may } from '../../node/people/may.ts'
import { isStillIn } from '../../node/people/still-in.ts'
import { actorParts } from '../../node/views/actor-parts.ts'
import { everywhere } from '../../node/views/sight.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, sightOf, siteView } from '../guard/access.ts'
import type { Visitor } from '../guard/visitor.ts'
import type { NumberedEvent } from '../live/event-hub.ts'
import { refusal } from '../refusal.ts'
import type { NodeEvent } from '../schema/event.ts'
import { visitorIn } from './asked.ts'

/** Bytes that may wait for a client; one that is slower than that is dropped, and asks again. */
const mostWaiting = 512 * 1024

export function eventRoutes(server: Server, context: ApiContext): void {
  const { events, heartbeat, signal } = context
  server.get(
    '/api/events',
    {
      config: { access: inSome('read') },
      schema: {
        summary: 'What happens, as server-sent events',
        querystring: z.object({ last: z.string().max(60).optional() }),
        produces: ['text/event-stream'],
        response: { 200: z.any().describe('text/event-stream; see the schema NodeEvent') },
      },
    },
    async (request, reply) => {
      const visitor = visitorIn(request)
      const out = reply.raw
      const shown = shownTo(context, visitor)
      const send = ({ number, event }: NumberedEvent) => {
        const seen = shown(event)
        if (seen === null) return
        out.write(`id: ${events.era}-${number}\nevent: ${seen.type}\ndata: ${JSON.stringify(seen)}\n\n`)
        if (out.writableLength > mostWaiting) out.destroy()
        else if (seen.type === 'stopping') out.end()
      }
      const listening = events.listen(visitor.person.id, send)
      if (listening === null)
        throw refusal('busy', 'Too many pages listen already. Close some, and load this one again.')
      reply.hijack()
      const head = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      )
      const live = {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      }
      out.writeHead(200, { ...Object.fromEntries(head), ...live, 'x-accel-buffering': 'no' })
      out.write('retry: 2000\n\n')
      for (const event of missed(context, String(request.headers['last-event-id'] ?? request.query.last ?? '')))
        send(event)
      const beat = setInterval(() => {
        // whoever is not who they were hears nothing more
        isStillIn(context.people, visitor.person, visitor.session?.token ?? null).then(
          // without an id: it is none of the events that are counted
          is => (is ? out.write('event: ping\ndata: {}\n\n') : out.end()),
          () => out.end(),
        )
      }, heartbeat)
      const end = () => {
        clearInterval(beat)
        listening[Symbol.dispose]()
      }
      out.once('close', end)
      out.on('error', () => out.destroy())
      if (signal.aborted) out.end()
    },
  )
}

/** What a client that comes back has not seen; `reset` where that is not known. */
function missed({ events }: ApiContext, last: string): readonly NumberedEvent[] {
  const [, era, number] = /^([0-9a-z]{1,20})-(\d{1,15})$/.exec(last) ?? []
  const since = era === events.era && number !== undefined ? events.since(Number(number)) : null
  if (since !== null) return since
  return [{ number: events.number, event: { type: 'reset' } }]
}

/** Cut down to the zones that somebody may look into. */
function shownTo({ node }: ApiContext, visitor: Visitor): (event: NodeEvent) => NodeEvent | null {
  const sees = sightOf(visitor)
  const readsJournal = may(visitor.person, 'read-journal', null)
  const seesItem = (item: string) => {
    const zone = siteView(node).zoneOf(item.split('/')[0] ?? '')
    return zone === null ? sees === everywhere : sees(zone)
  }
  return event => {
    if (event.type === 'run') return seesItem(event.run.item) ? event : null
    // which asks for the whole site
    if (event.type === 'verification') return sees === everywhere ? event : null
    if (event.type === 'people') return may(visitor.person, 'manage-people', null) ? event : null
    if (event.type !== 'journal') return event
    if (readsJournal) return event
    const lines = event.lines.flatMap(line =>
      line.item !== null && seesItem(line.item) ? [{ ...line, actor: actorParts(line.actor).name }] : [],
    )
    return lines.length === 0 ? null : { ...event, lines }
  }
}
