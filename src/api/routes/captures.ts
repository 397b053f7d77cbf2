import { captureHistory, withoutOwn } from '../../node/views/capture-history.ts'
import { chooseItems } from '../../node/views/choose-items.ts'
import { plantRows, seenItems } from '../../node/views/plant-rows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, ofAsset, ofItems, sightOf } from '../guard/access.ts'
import { actorOf } from '../guard/visitor.ts'
import { runRow } from '../live/run-row.ts'
import { itemParams } from '../schema/common.ts'
import { captureRequest, runs } from '../schema/run.ts'
import { captures, capturesQuery, siteCapturesQuery } from '../schema/version.ts'
import { archiveFor, itemIn, visitorIn } from './asked.ts'

export function captureRoutes(server: Server, { node }: ApiContext): void {
  server.get(
    '/api/captures',
    {
      config: { access: inSome('read'), etag: true },
      schema: {
        summary: 'Captures of all items, newest first',
        querystring: siteCapturesQuery,
        response: { 200: captures },
      },
    },
    async request => {
      const { catalog } = archiveFor(node, request).record
      const items = seenItems(plantRows(node.judged()), sightOf(visitorIn(request)))
      const { own, ...page } = request.query
      return captureHistory(catalog, items ?? (own ? null : withoutOwn), page)
    },
  )
  server.get(
    '/api/items/:asset/:item/captures',
    {
      config: { access: ofAsset('read'), etag: true },
      schema: {
        summary: 'Captures of an item, newest first',
        params: itemParams,
        querystring: capturesQuery,
        response: { 200: captures },
      },
    },
    async request => captureHistory(archiveFor(node, request).record.catalog, itemIn(request.params), request.query),
  )
  server.post(
    '/api/captures',
    {
      config: { access: ofItems('capture', ({ body }) => wordsIn(body)) },
      schema: { summary: 'Capture now', body: captureRequest, response: { 200: runs } },
    },
    async request => {
      const { items, ignoreQuiet } = request.body
      const chosen = chooseItems(node.site().site, items)
      const made = node.capture({ items: chosen, ignoreQuiet, by: actorOf(visitorIn(request)) })
      return { rows: made.map(runRow), live: made.filter(({ state }) => state !== 'ended').length }
    },
  )
}

/** Null: of the whole site. */
function wordsIn(body: unknown): readonly string[] | null {
  const items = body !== null && typeof body === 'object' && 'items' in body ? body.items : null
  return Array.isArray(items) && items.every(one => typeof one === 'string') ? items : null
}
