import { directoryView } from '../../node/people/directory/directory.ts'
import { setDirectoryPart } from '../../node/people/directory/set-directory.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { done } from '../schema/common.ts'
import { directory, directoryLdap, directoryOidc } from '../schema/directory.ts'
import { managerOf } from './people.ts'

const config = { access: inSite('manage-people'), proof: true }
const finished = { done: true } as const

/** Directories that vouch for people, beside the local accounts. */
export function directoryRoutes(server: Server, { people, signal }: ApiContext): void {
  server.get(
    '/api/directory',
    {
      config: { access: inSite('manage-people') },
      schema: { summary: 'How LDAP and OpenID Connect are reached; never a secret', response: { 200: directory } },
    },
    async () => (await directoryView(people)) ?? { ldap: null, oidc: null, unreadable: [] },
  )
  server.put(
    '/api/directory/ldap',
    {
      config,
      schema: {
        summary: 'Sign people in by LDAP too; sessions of directory people end',
        body: directoryLdap,
        response: { 200: done },
      },
    },
    async request => {
      await setDirectoryPart(people, managerOf(request), { ldap: request.body }, signal)
      return finished
    },
  )
  server.put(
    '/api/directory/oidc',
    {
      config,
      schema: {
        summary: 'Sign people in by OpenID Connect too; sessions of directory people end',
        body: directoryOidc,
        response: { 200: done },
      },
    },
    async request => {
      const { clientSecret, ...settings } = request.body
      const oidc = { ...settings, clientSecret: clientSecret ?? null }
      await setDirectoryPart(people, managerOf(request), { oidc, keepsSecret: clientSecret === undefined }, signal)
      return finished
    },
  )
  for (const kind of ['ldap', 'oidc'] as const) {
    server.delete(
      `/api/directory/${kind}`,
      { config, schema: { summary: 'Sign nobody in by it any more', response: { 200: done } } },
      async request => {
        const none = kind === 'ldap' ? { ldap: null } : { oidc: null, keepsSecret: false }
        await setDirectoryPart(people, managerOf(request), none, signal)
        return finished
      },
    )
  }
}
