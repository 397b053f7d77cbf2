import { removeSecret, secretRows, setSecret } from '../../node/views/site-secrets.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { done } from '../schema/common.ts'
import { secretBody, secretParams, secrets } from '../schema/secret.ts'
import { archiveFor } from './asked.ts'

const config = { access: inSite('set-secrets'), proof: true }
const finished = { done: true } as const

/** Credentials of devices: they come in, and never go out. */
export function secretRoutes(server: Server, { node, signal }: ApiContext): void {
  server.get(
    '/api/secrets',
    {
      config: { access: inSite('set-secrets') },
      schema: { summary: 'Names of secrets: set, and missing; never values', response: { 200: secrets } },
    },
    async request => ({ rows: secretRows(node, archiveFor(node, request)) }),
  )
  server.put(
    '/api/secrets/:name',
    {
      config,
      schema: { summary: 'Set a secret', params: secretParams, body: secretBody, response: { 200: done } },
    },
    async request => {
      await setSecret(archiveFor(node, request), request.params.name, request.body.value, signal)
      return finished
    },
  )
  server.delete(
    '/api/secrets/:name',
    { config, schema: { summary: 'Remove a secret', params: secretParams, response: { 200: done } } },
    async request => {
      await removeSecret(archiveFor(node, request), request.params.name, signal)
      return finished
    },
  )
}
