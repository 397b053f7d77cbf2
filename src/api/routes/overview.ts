import { overview } from '../../node/views/overview.ts'
import { plantMap } from '../../node/views/plant-map.ts'
import { everywhere } from '../../node/views/sight.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, sightOf } from '../guard/access.ts'
import { map } from '../schema/map.ts'
import { overview as answer } from '../schema/overview.ts'
import { approvalNeeds } from './approval-needs.ts'
import { archiveFor, visitorIn } from './asked.ts'

export function overviewRoutes(server: Server, { node, people, parts }: ApiContext): void {
  const config = { access: inSome('read'), etag: true }
  server.get(
    '/api/overview',
    {
      config,
      schema: { summary: 'What needs a person now, and each process with its verdict', response: { 200: answer } },
    },
    async request => {
      const visitor = visitorIn(request)
      const sees = sightOf(visitor)
      // a channel has no zone
      const told = (parts.needs?.() ?? []).filter(({ zone }) => sees === everywhere || (zone !== null && sees(zone)))
      const more = [...approvalNeeds(people, visitor), ...told]
      return overview(node, archiveFor(node, request), sees, { more, owed: people.owed })
    },
  )
  server.get(
    '/api/map',
    { config, schema: { summary: 'Zones, assets and conduits', response: { 200: map } } },
    async request => plantMap(node, sightOf(visitorIn(request))),
  )
}
