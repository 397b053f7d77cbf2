import { z } from 'zod'
import { findingDigest } from '../../node/views/finding-digest.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite, open } from '../guard/access.ts'
import { type Health, health } from '../schema/node-state.ts'

/** For those who watch the node itself. */
export function watchRoutes(server: Server, context: ApiContext): void {
  server.get(
    '/healthz',
    {
      config: { access: open },
      schema: { summary: 'Whether the node works', response: { 200: health, 503: health } },
    },
    async (_, reply) => {
      const state = healthOf(context)
      return reply.code(state.ok ? 200 : 503).send(state)
    },
  )
  server.get(
    '/metrics',
    {
      // it counts the whole site
      config: { access: inSite('read') },
      schema: { summary: 'For Prometheus; with a bearer token', response: { 200: z.string() } },
    },
    async (_, reply) => {
      const { registry } = context.metrics
      const text = await registry.metrics()
      return reply
        .type(registry.contentType)
        .serializer((value: unknown) => String(value))
        .send(text)
    },
  )
}

function healthOf({ node, version, signal }: ApiContext): Health {
  const broken = node.integrity() !== null
  const found = findingDigest(node.judged()).counts.codes.get('verification-errors')
  const refused = node.site().refused !== null
  const stopping = signal.aborted
  const problems = [
    ...(broken ? ['the journal or the repository is damaged; see: blackstart journal verify'] : []),
    ...(found === undefined
      ? []
      : ['a verification found damage in a place of copies; see: blackstart findings verification-errors']),
    ...(refused ? ['site.yaml on the disk has errors; the one before is in force; see: blackstart check'] : []),
    ...(stopping ? ['the node stops'] : []),
  ]
  return {
    ...{ ok: !broken && !stopping, version, started: node.started.toString(), judged: node.judged().number, problems },
    site: refused ? 'refused' : 'in-force',
    integrity: broken || found !== undefined ? 'broken' : 'sound',
  }
}
