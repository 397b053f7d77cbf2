import { acknowledgeFinding, acknowledgeFindings, openFindings } from '../../node/views/acknowledge-finding.ts'
import { endFinding } from '../../node/views/end-finding.ts'
import { findFindings, findingSteps } from '../../node/views/find-findings.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { type Access, inSome, sightOf } from '../guard/access.ts'
import { refusal } from '../refusal.ts'
import { done } from '../schema/common.ts'
import {
  acknowledgement,
  acknowledgementEnd,
  findings,
  findingsQuery,
  groupAcknowledgement,
  wayUp,
  wayUpQuery,
} from '../schema/finding.ts'
import { archiveFor, visitorIn } from './asked.ts'

/** Of an asset's finding in its zone; of what concerns the site, everywhere. */
const acknowledging: Access = {
  kind: 'may',
  action: 'acknowledge',
  zones: (site, { body }) => {
    const subject = body !== null && typeof body === 'object' && 'subject' in body ? String(body.subject) : ''
    const zone = site.zoneOf(subject.split('/')[0] ?? '')
    return zone === null ? null : [zone]
  },
}

export function findingRoutes(server: Server, { node, signal }: ApiContext): void {
  const config = { access: inSome('read'), etag: true }
  server.get(
    '/api/findings',
    {
      config,
      schema: {
        summary: 'Gaps, each with its facts and its remedy',
        querystring: findingsQuery,
        response: { 200: findings },
      },
    },
    async request => {
      const { code, ...rest } = request.query
      const filter = { ...rest, code: code?.split(',') }
      return findFindings(node.judged(), filter, sightOf(visitorIn(request)))
    },
  )
  server.get(
    '/api/findings/next',
    { config, schema: { summary: 'What to do first', querystring: wayUpQuery, response: { 200: wayUp } } },
    async request => findingSteps(node.judged(), request.query.of, sightOf(visitorIn(request))),
  )
  server.post(
    '/api/findings/acknowledge',
    {
      config: { access: acknowledging },
      schema: { summary: 'Bear a finding until a date', body: acknowledgement, response: { 200: done } },
    },
    async request => {
      await acknowledgeFinding(node.judged(), archiveFor(node, request).record, request.body, signal)
      return { done: true } as const
    },
  )
  server.post(
    '/api/findings/acknowledge-all',
    {
      config: { access: inSome('acknowledge') },
      schema: { summary: 'Bear all open findings of a code', body: groupAcknowledgement, response: { 200: done } },
    },
    async request => {
      const { count, reason, until, ...chosen } = request.body
      const found = openFindings(node.judged(), chosen, sightOf(visitorIn(request), 'acknowledge'))
      if (found.length !== count) {
        throw refusal(
          'changed',
          `There are ${found.length} of these findings that you may decide on, not ${count}. Nothing was written: look at them again.`,
        )
      }
      const { record } = archiveFor(node, request)
      await acknowledgeFindings(node.judged(), record, found, { reason, until }, signal)
      return { done: true } as const
    },
  )
  server.post(
    '/api/findings/end',
    {
      config: { access: acknowledging },
      schema: { summary: 'Bear a finding no more', body: acknowledgementEnd, response: { 200: done } },
    },
    async request => {
      await endFinding(archiveFor(node, request), request.body, signal)
      return { done: true } as const
    },
  )
}
