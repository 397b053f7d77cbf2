import { journalRows } from '../../node/views/journal-rows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { journal, journalQuery } from '../schema/journal.ts'
import { archiveFor } from './asked.ts'

export function journalRoutes(server: Server, { node }: ApiContext): void {
  server.get(
    '/api/journal',
    {
      config: { access: inSite('read-journal') },
      schema: {
        summary: 'What people and the node did, newest first',
        querystring: journalQuery,
        response: { 200: journal },
      },
    },
    async request => {
      const { what, ...rest } = request.query
      const page = await journalRows(archiveFor(node, request), { ...rest, what: what?.split(',').slice(0, 30) })
      return { ...page, integrity: node.integrity() }
    },
  )
}
