import { assetDetail, assetOf } from '../../node/views/asset-detail.ts'
import { findAssets } from '../../node/views/find-assets.ts'
import { plantRows } from '../../node/views/plant-rows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, ofAsset, sightOf } from '../guard/access.ts'
import { asset, assets, assetsQuery } from '../schema/asset.ts'
import { assetParams } from '../schema/common.ts'
import { visitorIn } from './asked.ts'

export function assetRoutes(server: Server, { node, due }: ApiContext): void {
  server.get(
    '/api/assets',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'Assets, searched and filtered', querystring: assetsQuery, response: { 200: assets } },
    },
    async request => findAssets(plantRows(node.judged()), request.query, sightOf(visitorIn(request))),
  )
  server.get(
    '/api/assets/:asset',
    {
      config: { access: ofAsset('read'), etag: true },
      schema: { summary: 'One asset with its items', params: assetParams, response: { 200: asset } },
    },
    async request => {
      const rows = plantRows(node.judged())
      const sees = sightOf(visitorIn(request))
      return assetDetail(rows, assetOf(rows, request.params.asset, sees), due(), sees)
    },
  )
}
