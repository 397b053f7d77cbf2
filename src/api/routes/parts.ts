import type { ApiContext, Server } from '../api-context.ts'
import { inSite, open } from '../guard/access.ts'
import { refusal } from '../refusal.ts'
import { hookParams, hookTaken, notifications, triggers } from '../schema/node-state.ts'

/** What other parts of the node tell of themselves. */
export function partRoutes(server: Server, { parts, signal }: ApiContext): void {
  server.get(
    '/api/notifications',
    {
      config: { access: inSite('read'), etag: true },
      schema: { summary: 'Where notifications go, and whether they arrive', response: { 200: notifications } },
    },
    async () => parts.notifications?.() ?? { channels: [] },
  )
  server.get(
    '/api/triggers',
    {
      config: { access: inSite('read'), etag: true },
      schema: { summary: 'What is listened to for changes', response: { 200: triggers } },
    },
    async () => parts.triggers?.() ?? { rows: [] },
  )
  server.post(
    '/api/hooks/:id',
    {
      bodyLimit: 65_536,
      // the hook's own token decides
      config: { access: open },
      schema: {
        summary: 'Something may have changed: capture what the hook is for. Authorization: Bearer TOKEN',
        params: hookParams,
        response: { 200: hookTaken },
      },
    },
    async request => {
      const token = /^Bearer ([\x21-\x7e]{1,300})$/.exec(request.headers.authorization ?? '')?.[1] ?? null
      const taken = (await parts.hook?.(request.params.id, token, request.ip, signal)) ?? false
      if (!taken) throw refusal('signed-out', 'There is no such hook, or its token is wrong.')
      return { taken }
    },
  )
}
