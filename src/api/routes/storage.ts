import { storageView } from '../../node/views/storage-account.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, sightOf } from '../guard/access.ts'
import { storage as answer } from '../schema/storage.ts'
import { archiveFor, visitorIn } from './asked.ts'

export function storageRoutes(server: Server, { node, storage }: ApiContext): void {
  server.get(
    '/api/storage',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'What the repository takes, as it was counted last', response: { 200: answer } },
    },
    async request => {
      const archive = archiveFor(node, request)
      const verifications = await archive.record.catalog.verifications()
      const facts = { count: storage.newest(), verifications }
      return storageView(archive, node.judged(), facts, sightOf(visitorIn(request)))
    },
  )
}
