import { readFile } from 'node:fs/promises'
import path from 'node:path'
import files from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { Server } from './api-context.ts'
import { isApi } from './guard/headers.ts'
import { refusal } from './refusal.ts'

const bare = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Blackstart</title></head>
<body><h1>Blackstart</h1><p>The node works; its pages are not built yet. In its folder run:</p>
<pre>npm ci --ignore-scripts
npm run build</pre></body></html>
`

/** Of files whose names hold their digest; no page has an address in it. As in web/vite.config.ts. */
const builtFolder = 'built'

/** Whether the pages were built. */
export async function hasPages(folder: string): Promise<boolean> {
  return (await readPage(folder)) !== null
}

/** The built pages; each address that is no file and no API is the page itself, which looks at the address. */
export async function servePages(server: Server, folder: string): Promise<void> {
  if (await hasPages(folder)) await server.register(async inner => serveFiles(inner as unknown as Server, folder))
  server.get('/', (_, reply) => sendPage(folder, reply))
  server.setNotFoundHandler((request, reply) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (reads && !isApi(request.url) && !isBuilt(request.url)) return sendPage(folder, reply)
    throw nothing()
  })
}

async function serveFiles(server: Server, folder: string): Promise<void> {
  server.setErrorHandler(error => {
    // a folder
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 403) throw nothing()
    throw error
  })
  await server.register(files, {
    root: folder,
    index: false,
    wildcard: true,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, file) => {
      const fixed = path.relative(folder, file).startsWith(`${builtFolder}${path.sep}`)
      reply.header('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}

function nothing() {
  return refusal('no-route', 'There is nothing at this address.')
}

/** A file of an earlier build: a page in its place would be taken for a script. */
function isBuilt(url: string): boolean {
  return url.startsWith(`/${builtFolder}/`)
}

async function sendPage(folder: string, reply: FastifyReply): Promise<unknown> {
  const page = await readPage(folder)
  return reply
    .code(200)
    .headers({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' })
    .send(page ?? bare)
}

/** Null where they were not built. */
async function readPage(folder: string): Promise<string | null> {
  return readFile(path.join(folder, 'index.html'), 'utf8').catch(() => null)
}
