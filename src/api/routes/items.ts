import { findItems } from '../../node/views/find-items.ts'
import { itemDetail, itemOf } from '../../node/views/item-detail.ts'
import { plantRows } from '../../node/views/plant-rows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, ofAsset, sightOf } from '../guard/access.ts'
import { itemParams } from '../schema/common.ts'
import { item, items, itemsQuery } from '../schema/item.ts'
import { archiveFor, itemIn, visitorIn } from './asked.ts'

export function itemRoutes(server: Server, { node, due }: ApiContext): void {
  server.get(
    '/api/items',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'Items, searched and filtered', querystring: itemsQuery, response: { 200: items } },
    },
    async request => findItems(plantRows(node.judged()), due(), request.query, sightOf(visitorIn(request))),
  )
  server.get(
    '/api/items/:asset/:item',
    {
      config: { access: ofAsset('read'), etag: true },
      schema: { summary: 'One item', params: itemParams, response: { 200: item } },
    },
    async request => {
      const rows = plantRows(node.judged())
      const row = itemOf(rows, itemIn(request.params), sightOf(visitorIn(request)))
      return itemDetail(rows, row, { archive: archiveFor(node, request), due: due(), runs: node.runs() })
    },
  )
}
