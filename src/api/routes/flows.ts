import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { flowsFile, flowsRuleset, siteFlows } from '../../node/views/site-flows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite, inSome, sightOf } from '../guard/access.ts'
import { dispositionOf } from '../guard/disposition.ts'
import { flows, flowsQuery } from '../schema/flow.ts'
import { visitorIn } from './asked.ts'

const inZones = { access: inSome('read'), etag: true }

/** The connections that the site needs and allows, judged: the rule list for the plant's firewall. */
export function flowRoutes(server: Server, { node }: ApiContext): void {
  server.get(
    '/api/flows',
    {
      config: inZones,
      schema: {
        summary: 'Connections that the site needs and allows, judged',
        querystring: flowsQuery,
        response: { 200: flows },
      },
    },
    async (request, reply) => {
      const found = siteFlows(node.judged(), request.query, sightOf(visitorIn(request)))
      // plain data of many rows: checked by its type
      return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(found)
    },
  )
  for (const format of ['json', 'csv'] as const) {
    const response = { 200: z.any().describe(format) }
    server.get(
      `/api/flows/${format}`,
      { config: inZones, schema: { summary: `All of them in one file: ${format}`, response } },
      async (request, reply) => {
        const text = flowsFile(node.judged(), format, sightOf(visitorIn(request)))
        const type = format === 'csv' ? 'text/csv' : 'application/json'
        return sendFile(reply, text, { type, name: `flows.${format}` })
      },
    )
  }
  server.get(
    '/api/flows/nftables',
    {
      config: { access: inSite('read'), etag: true },
      schema: {
        summary: 'A ruleset for nft, for the firewall between the zones',
        response: { 200: z.any().describe('nft') },
      },
    },
    async (_, reply) => sendFile(reply, flowsRuleset(node.judged()), { type: 'text/plain', name: 'flows.nft' }),
  )
}

function sendFile(
  reply: FastifyReply,
  text: string,
  { type, name }: { readonly type: string; readonly name: string },
): FastifyReply {
  return reply
    .headers({ 'content-type': `${type}; charset=utf-8`, 'content-disposition': dispositionOf(name) })
    .serializer(String)
    .send(text)
}
