import { approveVersion, holdVersion, releaseVersion, trustAsset } from '../../node/views/decide-version.ts'
import { versionDetail, versionOf } from '../../node/views/version-detail.ts'
import { versionDiff } from '../../node/views/version-diff.ts'
import { versionRows } from '../../node/views/version-rows.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { ofAsset, ofContent } from '../guard/access.ts'
import { assetParams, itemParams, pageQuery, versionParams } from '../schema/common.ts'
import { approveBody, decided, diff, diffQuery, reasonBody, trusted, version, versions } from '../schema/version.ts'
import { archiveFor, itemIn } from './asked.ts'

export function versionRoutes(server: Server, { node, signal }: ApiContext): void {
  const read = { access: ofAsset('read'), etag: true }
  server.get(
    '/api/items/:asset/:item/versions',
    {
      config: read,
      schema: {
        summary: 'Versions of an item, newest first',
        params: itemParams,
        querystring: pageQuery,
        response: { 200: versions },
      },
    },
    async request => versionRows(archiveFor(node, request), node.judged(), itemIn(request.params), request.query),
  )
  server.get(
    '/api/items/:asset/:item/versions/:version',
    { config: read, schema: { summary: 'One version', params: versionParams, response: { 200: version } } },
    async request => {
      const archive = archiveFor(node, request)
      const found = await versionOf(archive, itemIn(request.params), request.params.version)
      return versionDetail(archive, node.judged(), found, request.gone)
    },
  )
  server.get(
    '/api/items/:asset/:item/diff',
    {
      config: { access: ofContent('shown'), etag: true },
      schema: {
        summary: 'What changed between two versions, secrets masked',
        params: itemParams,
        querystring: diffQuery,
        response: { 200: diff },
      },
    },
    async request => versionDiff(archiveFor(node, request), itemIn(request.params), request.query, request.gone),
  )
  server.post(
    '/api/items/:asset/:item/versions/:version/approve',
    {
      config: { access: ofAsset('approve') },
      schema: {
        summary: 'Declare a version to be the right one',
        params: versionParams,
        body: approveBody,
        response: { 200: decided },
      },
    },
    async request => {
      const { params, body } = request
      return approveVersion(archiveFor(node, request), itemIn(params), params.version, body.note, signal)
    },
  )
  for (const [word, decide] of [
    ['hold', holdVersion],
    ['release', releaseVersion],
  ] as const) {
    server.post(
      `/api/items/:asset/:item/versions/:version/${word}`,
      {
        config: { access: ofAsset('hold') },
        schema: {
          summary: word === 'hold' ? 'Keep a version until it is released' : 'End a hold',
          params: versionParams,
          body: reasonBody,
          response: { 200: decided },
        },
      },
      async request => {
        const { params, body } = request
        return decide(archiveFor(node, request), itemIn(params), params.version, body.reason, signal)
      },
    )
  }
  server.post(
    '/api/assets/:asset/trust',
    {
      config: { access: ofAsset('trust') },
      schema: {
        summary: 'Accept the next key or certificate that an asset shows',
        params: assetParams,
        body: reasonBody,
        response: { 200: trusted },
      },
    },
    async request => trustAsset(archiveFor(node, request), request.params.asset, request.body.reason, signal),
  )
}
