import { modeLibrary } from '../../node/views/mode-library.ts'
import { recoveryPlan } from '../../node/views/recovery-plan.ts'
import { criticalityView, processView, whatIfView } from '../../node/views/risk.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite, inSome } from '../guard/access.ts'
import {
  criticality,
  failureModeLibrary,
  libraryQuery,
  plan,
  planQuery,
  processDetail,
  processParams,
  whatIf,
  whatIfQuery,
} from '../schema/risk.ts'
import { archiveFor } from './asked.ts'

const json = 'application/json; charset=utf-8'

export function riskRoutes(server: Server, { node }: ApiContext): void {
  const config = { access: inSite('read'), etag: true }
  server.get(
    '/api/criticality',
    { config, schema: { summary: 'The matrix, and what matters most', response: { 200: criticality } } },
    // plain data of thousands of rows: checked by its type
    async (_, reply) => reply.type(json).serializer(JSON.stringify).send(criticalityView(node.judged())),
  )
  server.get(
    '/api/criticality/library',
    {
      config: { access: inSome('read'), etag: true },
      schema: {
        summary: 'Failure modes to start a register from',
        querystring: libraryQuery,
        response: { 200: failureModeLibrary },
      },
    },
    async request => modeLibrary(request.query.kind ?? null),
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
    async request => recoveryPlan(archiveFor(node, request), node.judged(), request.query.process ?? []),
  )
}
