import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Download, storedFile, storedZip } from '../../node/views/stored-download.ts'
import { storedFolder } from '../../node/views/stored-folder.ts'
import { storedText } from '../../node/views/stored-text.ts'
import { tellDownload } from '../../node/views/tell-download.ts'
import { versionOf } from '../../node/views/version-detail.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { ofContent } from '../guard/access.ts'
import { dispositionOf } from '../guard/disposition.ts'
import { versionParams } from '../schema/common.ts'
import { entries, entriesQuery, fileText, folderQuery, pathQuery } from '../schema/version.ts'
import { sendErrorToPage } from '../send-error.ts'
import { archiveFor, itemIn } from './asked.ts'

const base = '/api/items/:asset/:item/versions/:version'
const bytes = z.any().describe('the exact bytes')

/** What versions hold. Names in it come from devices: they are compared with names, shown as text, and nothing else. */
export function contentRoutes(server: Server, context: ApiContext): void {
  const { node } = context
  server.get(
    `${base}/entries`,
    {
      config: { access: ofContent('shown'), etag: true },
      schema: {
        summary: 'What a folder of a version holds',
        params: versionParams,
        querystring: entriesQuery,
        response: { 200: entries },
      },
    },
    async request => {
      const archive = archiveFor(node, request)
      const version = await versionOf(archive, itemIn(request.params), request.params.version)
      return storedFolder(archive, version, request.query, request.gone)
    },
  )
  server.get(
    `${base}/text`,
    {
      config: { access: ofContent('shown'), etag: true },
      schema: {
        summary: 'A file as text, its secrets masked',
        params: versionParams,
        querystring: pathQuery,
        response: { 200: fileText },
      },
    },
    async request => {
      const archive = archiveFor(node, request)
      const version = await versionOf(archive, itemIn(request.params), request.params.version)
      return storedText(archive, version, request.query.path, request.gone)
    },
  )
  downloadRoutes(server, context)
}

const download = z.object({
  name: z.string(),
  /** Null where it is not known before. */
  bytes: z.number().nullable(),
})

function downloadRoutes(server: Server, context: ApiContext): void {
  const { node, signal } = context
  for (const [word, open, querystring] of [
    ['raw', storedFile, pathQuery],
    ['zip', storedZip, folderQuery],
  ] as const) {
    const opened = async (request: DownloadRequest) => {
      const archive = archiveFor(node, request)
      const version = await versionOf(archive, itemIn(request.params), request.params.version)
      const found = await open(archive, version, request.query.path, request.gone)
      return { archive, version, found, name: word === 'zip' ? zipName(request.params, version.id, found) : found.name }
    }
    server.get(
      `${base}/${word}/ready`,
      {
        config: { access: ofContent('raw') },
        schema: {
          summary: `Whether the download of ${word === 'raw' ? 'a file' : 'a folder'} would be given; nothing leaves yet`,
          params: versionParams,
          querystring,
          response: { 200: download },
        },
      },
      async request => {
        const { name, found } = await opened(request)
        return { name, bytes: found.bytes }
      },
    )
    server.get(
      `${base}/${word}`,
      {
        config: { access: ofContent('raw') },
        errorHandler: (error, request, reply) =>
          sendErrorToPage(context, error, request, reply, code => itemPage(request, code)),
        schema: {
          summary: `${word === 'raw' ? 'The exact bytes of a file' : 'A folder as zip'}, secrets included; written into the journal`,
          params: versionParams,
          querystring,
          produces: ['application/octet-stream'],
          response: { 200: bytes },
        },
      },
      async (request, reply) => {
        const { archive, version, found, name } = await opened(request)
        // before the first byte leaves
        await tellDownload(archive, version, { path: request.query.path, as: word === 'zip' ? 'zip' : 'file' }, signal)
        return sendDownload(reply, found, name)
      },
    )
  }
}

interface DownloadRequest extends FastifyRequest {
  readonly params: z.infer<typeof versionParams>
  readonly query: { readonly path: string }
}

/** Where the files of the version are shown. What the address held is no more than words of another. */
function itemPage({ params }: FastifyRequest, code: string): string {
  const named = versionParams.safeParse(params).data
  if (named === undefined) return '/items'
  const { asset, item, version } = named
  const words = new URLSearchParams({ part: 'files', version, refused: code })
  return `/items/${encodeURIComponent(asset)}/${encodeURIComponent(item)}?${words}`
}

/** Two versions of an item that lie in one folder must not be taken for each other. */
function zipName(
  { asset, item }: { readonly asset: string; readonly item: string },
  version: string,
  { name }: Download,
): string {
  return `${asset}-${item}-${version}${name === '' ? '' : `-${name}`}.zip`
}

function sendDownload(reply: FastifyReply, { bytes: size, chunks }: Download, name: string): FastifyReply {
  if (size !== null) reply.header('content-length', String(size))
  return reply
    .headers({ 'content-type': 'application/octet-stream', 'content-disposition': dispositionOf(name) })
    .send(Readable.from(chunks, { objectMode: false }))
}
