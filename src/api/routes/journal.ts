import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { JournalCheck } from '../../node/views/journal-check.ts'
import { journalRows } from '../../node/views/journal-rows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { type JournalReport, journal, journalQuery, journalReport } from '../schema/journal.ts'
import { archiveFor } from './asked.ts'

export function journalRoutes(server: Server, { node, heartbeat }: ApiContext): void {
  server.get(
    '/api/journal',
    {
      config: { access: inSite('read-journal') },
      schema: {
        summary: 'What people and the node did, newest first',
        querystring: journalQuery,
        response: { 200: journal },
      },
    },
    async request => {
      const { what, ...rest } = request.query
      const page = await journalRows(archiveFor(node, request), { ...rest, what: what?.split(',').slice(0, 30) })
      return { ...page, integrity: node.integrity() }
    },
  )
  const check = new JournalCheck()
  server.get(
    '/api/journal/verification',
    {
      config: { access: inSite('verify') },
      schema: {
        summary: "Verify the journal's hash chain, from its first line to its last; ends when whoever asks goes away",
        response: { 200: journalReport },
      },
    },
    async (request, reply) => {
      const report = check.walk(archiveFor(node, request), request.gone)
      // nobody may be left to hear how it ended
      report.catch(() => undefined)
      const early = await Promise.race([report, sleep(heartbeat, null, { ref: false })])
      if (early !== null) return early
      return sendSlowly(reply, report, heartbeat)
    },
  )
}

function sendSlowly(reply: FastifyReply, report: Promise<JournalReport>, heartbeat: number): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(Readable.from(slowly(report, heartbeat)))
}

/** JSON may begin with spaces: one now and then keeps the connection, on which nothing else moves. */
async function* slowly(report: Promise<JournalReport>, heartbeat: number): AsyncIterable<string> {
  for (;;) {
    yield ' '
    const ended = await Promise.race([report, sleep(heartbeat, null, { ref: false })])
    if (ended === null) continue
    yield JSON.stringify(ended)
    return
  }
}
