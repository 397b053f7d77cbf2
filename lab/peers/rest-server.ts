import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface RestServerOptions {
  /** The folder below which repositories lie, in restic's layout. */
  readonly folder: string
  /** The newest version of the protocol that it speaks; 2 where it is left out. */
  readonly version?: 1 | 2
  /** Asked of every request. */
  readonly login?: { readonly user: string; readonly password: string }
  /** Nothing but locks is deleted. */
  readonly appendOnly?: boolean
  /** In PEM. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Bytes that all files may have together; beyond, writing ends with 507. */
  readonly quota?: number
  /** A free one where it is left out. */
  readonly port?: number
}

export interface RestServer extends AsyncDisposable {
  readonly port: number
  /** `http://127.0.0.1:PORT/`, without the login. */
  readonly url: string
  /** `METHOD path` of every request since the start. */
  readonly requests: readonly string[]
}

const types = new Set(['data', 'index', 'keys', 'locks', 'snapshots'])
const mimeType = (version: 1 | 2): string => `application/vnd.x.restic.rest.v${version}`

/** A server of restic's REST protocol on 127.0.0.1, which checks what it is sent against its name, as the original does. */
export async function startRestServer(options: RestServerOptions): Promise<RestServer> {
  const requests: string[] = []
  const answer: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    handle(options, request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else send(response, 500)
    })
  }
  const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Target {
  readonly repository: string
  readonly type: string
  /** Empty: the list of the type; for the repository itself both are empty. */
  readonly name: string
}

async function handle(options: RestServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!mayEnter(options, request)) {
    response.setHeader('WWW-Authenticate', 'Basic realm="restic"')
    return send(response, 401)
  }
  const url = new URL(request.url ?? '/', 'http://server')
  const target = targetOf(decodeURIComponent(url.pathname))
  if (target === null) return send(response, 404)
  const method = request.method ?? 'GET'
  if (target.type === '') {
    return method === 'POST' && url.searchParams.get('create') === 'true'
      ? await create(options, target, response)
      : send(response, 405)
  }
  if (target.name === '') return method === 'GET' ? await list(options, target, request, response) : send(response, 405)
  if (method === 'HEAD' || method === 'GET') return await give(options, target, request, response)
  if (method === 'POST') return await take(options, target, request, response)
  return method === 'DELETE' ? await remove(options, target, response) : send(response, 405)
}

function mayEnter({ login }: RestServerOptions, request: IncomingMessage): boolean {
  if (login === undefined) return true
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(wanted))
}

/** Null for a path that is none of the protocol's, or that leaves the folder. */
function targetOf(pathname: string): Target | null {
  const parts = pathname.split('/').slice(1)
  if (parts.some(part => part === '.' || part === '..' || part.includes('\0'))) return null
  const last = parts.pop() ?? ''
  const type = parts.at(-1) ?? ''
  if (last === 'config') return { repository: parts.join('/'), type: 'config', name: 'config' }
  if (types.has(type) && (last === '' || /^[0-9a-f]{64}$/.test(last))) {
    return { repository: parts.slice(0, -1).join('/'), type, name: last }
  }
  return last === '' ? { repository: parts.join('/'), type: '', name: '' } : null
}

function fileOf({ folder }: RestServerOptions, { repository, type, name }: Target): string {
  if (type === 'config') return path.join(folder, repository, 'config')
  return path.join(folder, repository, type, ...(type === 'data' ? [name.slice(0, 2)] : []), name)
}

async function create({ folder }: RestServerOptions, { repository }: Target, response: ServerResponse): Promise<void> {
  for (const type of types) await mkdir(path.join(folder, repository, type), { recursive: true })
  send(response, 200)
}

async function list(
  { folder, version = 2 }: RestServerOptions,
  { repository, type }: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const root = path.join(folder, repository, type)
  const files: { name: string; size: number }[] = []
  try {
    const entries = await readdir(root, { withFileTypes: true, recursive: true })
    for (const entry of entries.filter(entry => entry.isFile() && !entry.name.includes('-tmp-'))) {
      const found = await stat(path.join(entry.parentPath, entry.name)).catch(() => null) // removed meanwhile
      if (found !== null) files.push({ name: entry.name, size: found.size })
    }
  } catch {
    return send(response, 404)
  }
  const spoken = version === 2 && request.headers.accept === mimeType(2) ? 2 : 1
  response.setHeader('Content-Type', mimeType(spoken))
  // the original, too, says null where there is nothing
  response.end(files.length === 0 ? 'null' : JSON.stringify(spoken === 2 ? files : files.map(({ name }) => name)))
}

async function give(
  options: RestServerOptions,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = fileOf(options, target)
  const found = await stat(file).catch(() => null)
  if (found === null) return send(response, 404)
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const start = Number(first ?? 0)
  const end = Math.min(last === undefined || last === '' ? found.size - 1 : Number(last), found.size - 1)
  if (first !== undefined && start >= found.size) {
    response.setHeader('Content-Range', `bytes */${found.size}`)
    return send(response, 416)
  }
  if (first !== undefined) response.setHeader('Content-Range', `bytes ${start}-${end}/${found.size}`)
  response.writeHead(first === undefined ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': end - start + 1,
    'Accept-Ranges': 'bytes',
  })
  if (request.method === 'HEAD' || found.size === 0) response.end()
  else await pipeline(createReadStream(file, { start, end }), response)
}

async function take(
  options: RestServerOptions,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = fileOf(options, target)
  if ((await stat(file).catch(() => null)) !== null) return send(response, 403)
  if (options.quota !== undefined && (await bytesBelow(options.folder)) > options.quota) return send(response, 507)
  const temporary = `${file}-tmp-${randomBytes(6).toString('hex')}`
  if (target.type === 'data') await mkdir(path.dirname(file), { recursive: true })
  const digest = createHash('sha256')
  try {
    await using handle = await open(temporary, 'wx', 0o600)
    for await (const chunk of request) {
      digest.update(chunk as Buffer)
      await handle.writeFile(chunk as Buffer)
    }
    await handle.sync()
    if (target.type !== 'config' && digest.digest('hex') !== target.name) throw new Error('another content')
    await rename(temporary, file)
  } catch {
    await rm(temporary, { force: true })
    return send(response, 400)
  }
  send(response, 200)
}

async function remove(options: RestServerOptions, target: Target, response: ServerResponse): Promise<void> {
  if (options.appendOnly === true && target.type !== 'locks') return send(response, 403)
  const file = fileOf(options, target)
  if ((await stat(file).catch(() => null)) === null) return send(response, 404)
  await rm(file)
  send(response, 200)
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size
  }
  return bytes
}

function send(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Length': 0 }).end()
}
