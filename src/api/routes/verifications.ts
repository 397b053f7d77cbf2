import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { actorOf } from '../guard/visitor.ts'
import { stopped } from '../schema/run.ts'
import {
  verifications as answer,
  verification,
  verificationParams,
  verificationRequest,
} from '../schema/verification.ts'
import { visitorIn } from './asked.ts'

export function verificationRoutes(server: Server, { verifications }: ApiContext): void {
  const reading = { access: inSite('read'), etag: true }
  const doing = { access: inSite('verify') }
  server.get(
    '/api/verifications',
    {
      config: reading,
      schema: { summary: 'The verification that goes on, and the last ones', response: { 200: answer } },
    },
    async () => ({ rows: verifications.all() }),
  )
  server.post(
    '/api/verifications',
    {
      config: doing,
      schema: {
        summary: 'Verify the repository, the journal and every place that can be reached',
        body: verificationRequest,
        response: { 200: verification },
      },
    },
    async request => verifications.begin(request.body.readData, actorOf(visitorIn(request))),
  )
  server.get(
    '/api/verifications/:verification',
    {
      config: reading,
      schema: { summary: 'A verification', params: verificationParams, response: { 200: verification } },
    },
    async request => verifications.of(request.params.verification),
  )
  server.post(
    '/api/verifications/:verification/stop',
    {
      config: doing,
      schema: {
        summary: 'Stop a verification; places that it had read before stay verified',
        params: verificationParams,
        response: { 200: stopped },
      },
    },
    async request => ({
      stopped: await verifications.stop(request.params.verification, actorOf(visitorIn(request))),
    }),
  )
}
