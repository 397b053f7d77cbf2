import { recoveryPlan } from '../../node/views/recovery-plan.ts'
import { criticalityView, processView, whatIfView } from '../../node/views/risk.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { type Access, inSite, siteView } from '../guard/access.ts'
import { actorOf } from '../guard/visitor.ts'
import {
  criticality,
  drill,
  drillParams,
  drillRequest,
  plan,
  planQuery,
  processDetail,
  processParams,
  whatIf,
  whatIfQuery,
} from '../schema/risk.ts'
import { archiveFor, visitorIn } from './asked.ts'

const json = 'application/json; charset=utf-8'

export function riskRoutes(server: Server, { node, drills }: ApiContext): void {
  const config = { access: inSite('read'), etag: true }
  server.get(
    '/api/criticality',
    { config, schema: { summary: 'The matrix, and what matters most', response: { 200: criticality } } },
    // plain data of thousands of rows: checked by its type
    async (_, reply) => reply.type(json).serializer(JSON.stringify).send(criticalityView(node.judged())),
  )
  server.get(
    '/api/what-if',
    {
      config,
      schema: {
        summary: 'What comes back after a loss, from which copies',
        querystring: whatIfQuery,
        response: { 200: whatIf },
      },
    },
    async (request, reply) =>
      reply.type(json).serializer(JSON.stringify).send(whatIfView(node.judged(), request.query.lose)),
  )
  server.get(
    '/api/processes/:process',
    {
      config,
      schema: { summary: 'A process with each scenario', params: processParams, response: { 200: processDetail } },
    },
    async request => processView(node.judged(), request.params.process),
  )
  server.get(
    '/api/plan',
    {
      config,
      schema: { summary: 'In which order processes are restored', querystring: planQuery, response: { 200: plan } },
    },
    async request => recoveryPlan(archiveFor(node, request), node.judged(), request.query.process),
  )
  server.post(
    '/api/drills',
    {
      config: { access: drilling(node) },
      schema: { summary: 'Rehearse restores into a sandbox', body: drillRequest, response: { 200: drill } },
    },
    async request => drills.begin(request.body.items, actorOf(visitorIn(request))),
  )
  server.get(
    '/api/drills/:drill',
    {
      config: { access: inSite('read') },
      schema: { summary: 'A drill', params: drillParams, response: { 200: drill } },
    },
    async request => drills.of(request.params.drill),
  )
}

/** A process stands for the assets that it needs. */
function drilling(node: ApiContext['node']): Access {
  return {
    kind: 'may',
    action: 'drill',
    zones: (_, { body }) => {
      const words = body !== null && typeof body === 'object' && 'items' in body ? body.items : null
      if (!Array.isArray(words)) return null
      const { zoneOf } = siteView(node)
      const { needsOf } = node.judged().index
      const zones = words.flatMap((word): readonly (string | null)[] => {
        const needed = needsOf.get(String(word))?.assets
        return needed?.map(({ zone }) => zone) ?? [zoneOf(String(word).split('/')[0] ?? '')]
      })
      const known = zones.flatMap(zone => zone ?? [])
      return known.length < zones.length ? null : [...new Set(known)]
    },
  }
}
