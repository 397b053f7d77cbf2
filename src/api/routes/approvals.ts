import { decideRequest, listRequests, withdrawRequest } from '../../node/people/approvals.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, sightOf } from '../guard/access.ts'
import type { Visitor } from '../guard/visitor.ts'
import { done } from '../schema/common.ts'
import { approval, approvalDecision, approvalParams, approvals } from '../schema/run.ts'
import { visitorIn } from './asked.ts'

type Request = ReturnType<typeof listRequests>[number]

export function approvalRoutes(server: Server, { people, events }: ApiContext): void {
  server.get(
    '/api/approvals',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'What waits for a second person, and what was decided lately', response: { 200: approvals } },
    },
    async request => {
      const visitor = visitorIn(request)
      const sees = sightOf(visitor)
      const rows = listRequests(people).filter(({ zone }) => sees(zone))
      return {
        rows: rows.map(one => approvalRow(one, visitor)),
        waiting: rows.filter(({ state }) => state === 'waiting').length,
      }
    },
  )
  server.post(
    '/api/approvals/:id/decide',
    {
      config: { access: inSome('approve-write'), proof: true },
      schema: {
        summary: 'Approve or refuse what somebody else asked for',
        params: approvalParams,
        body: approvalDecision,
        response: { 200: approval },
      },
    },
    async request => {
      const visitor = visitorIn(request)
      const decision = { id: request.params.id, ...request.body }
      const decided = await decideRequest(people, visitor.person, decision, visitor.from)
      events.tell({ type: 'approvals' })
      return approvalRow(decided, visitor)
    },
  )
  server.post(
    '/api/approvals/:id/withdraw',
    {
      config: { access: inSome('write-to-device') },
      schema: { summary: "Take one's own request back", params: approvalParams, response: { 200: done } },
    },
    async request => {
      const { person, from } = visitorIn(request)
      await withdrawRequest(people, person, request.params.id, from)
      events.tell({ type: 'approvals' })
      return { done: true } as const
    },
  )
}

function approvalRow(request: Request, visitor: Visitor) {
  const { id, item, version, zone, reason, withoutSafety, asker, asked, expires, state, decider, decided, note } =
    request
  const own = asker === visitor.person.name
  return {
    ...{ id, item, version, zone, reason, withoutSafety, asker, asked, expires, state, decider, decided, note, own },
    mayDecide: state === 'waiting' && !own && sightOf(visitor, 'approve-write')(zone),
  }
}
