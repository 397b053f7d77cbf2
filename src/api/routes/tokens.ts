import { checkZones } from '../../node/people/manage-people.ts'
import { listTokens, makeToken, removeToken } from '../../node/people/service-tokens.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { done } from '../schema/common.ts'
import { newToken, personParams, tokenMade, tokens } from '../schema/people.ts'
import { managerOf } from './people.ts'

const config = { access: inSite('manage-people'), proof: true }
const day = 24 * 3_600_000

/** Tokens for scripts and hooks. */
export function tokenRoutes(server: Server, { node, people, signal }: ApiContext): void {
  server.get(
    '/api/tokens',
    { config: { access: inSite('manage-people') }, schema: { summary: 'All tokens', response: { 200: tokens } } },
    async () => ({ rows: await listTokens(people) }),
  )
  server.post(
    '/api/tokens',
    { config, schema: { summary: 'Make a token; it is shown once', body: newToken, response: { 200: tokenMade } } },
    async request => {
      const { name, grants, days } = request.body
      checkZones(grants, node.site().site)
      const secret = await makeToken(people, managerOf(request), { name, grants, lifetime: days * day }, signal)
      return { name, secret }
    },
  )
  server.delete(
    '/api/tokens/:name',
    { config, schema: { summary: 'Take a token back', params: personParams, response: { 200: done } } },
    async request => {
      await removeToken(people, managerOf(request), request.params.name, signal)
      return { done: true } as const
    },
  )
}
