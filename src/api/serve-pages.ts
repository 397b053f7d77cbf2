import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Server } from './api-context.ts'
import { type BuiltFile, builtFolder, firstPage, readPages } from './built-pages.ts'
import { isApi } from './guard/headers.ts'
import { refusal } from './refusal.ts'

const bare = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Blackstart</title></head>
<body><h1>Blackstart</h1><p>The node works; its pages are not built yet. In its folder run:</p>
<pre>npm ci --ignore-scripts
npm run build</pre></body></html>
`

/** Whether the pages were built. */
export async function hasPages(folder: string): Promise<boolean> {
  return (await readPages(folder)).size > 0
}

/**
 * The built pages, as they were when the node started; each address that is no file and no API is the page itself, which
 * looks at the address.
 */
export async function servePages(server: Server, folder: string): Promise<void> {
  let pages = await readPages(folder)
  server.get('/', async (request, reply) => sendPage(request, reply))
  server.setNotFoundHandler(async (request, reply) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const address = plainPath(request.url)
    if (!reads || address === null || isApi(request.url)) throw nothing()
    const file = pages.get(address)
    if (file !== undefined) return sendFile(request, reply, file)
    // of an earlier build: a page in its place would be taken for a script
    if (address.startsWith(builtFolder)) throw nothing()
    return sendPage(request, reply)
  })
  async function sendPage(request: FastifyRequest, reply: FastifyReply) {
    // built since
    if (pages.size === 0) pages = await readPages(folder)
    return sendFile(request, reply, pages.get(firstPage) ?? barePage)
  }
}

const barePage: BuiltFile = {
  ...{ bytes: Buffer.from(bare), type: 'text/html; charset=utf-8', etag: '"bare"', fixed: false },
}

const slice = 64 * 1024

/** Piece by piece, as they are read: TLS would make a copy of the whole for each client. */
function* slices(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += slice) yield bytes.subarray(at, at + slice)
}

function sendFile({ headers, method }: FastifyRequest, reply: FastifyReply, { bytes, type, etag, fixed }: BuiltFile) {
  const kept = fixed ? 'public, max-age=31536000, immutable' : 'no-cache'
  reply.code(200).headers({ 'cache-control': kept, etag })
  const known = (headers['if-none-match'] ?? '').split(',').map(one => one.trim().replace(/^W\//, ''))
  if (known.includes(etag)) return reply.code(304).send()
  reply.type(type).header('content-length', String(bytes.length))
  const isWhole = method === 'HEAD' || bytes.length <= slice
  return reply.send(isWhole ? bytes : Readable.from(slices(bytes), { objectMode: false, highWaterMark: slice }))
}

function nothing() {
  return refusal('no-route', 'There is nothing at this address.')
}

/** Null for one that no page has: that goes upwards, or holds what no name holds. */
function plainPath(url: string): string | null {
  const [raw = ''] = url.split(/[?#]/, 1)
  try {
    const address = decodeURIComponent(raw)
    const isPlain = !/[\p{Cc}\\]/u.test(address) && !address.split('/').some(part => part === '.' || part === '..')
    return isPlain ? address : null
  } catch {
    return null
  }
}
