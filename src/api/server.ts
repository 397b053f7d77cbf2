import { createHash } from 'node:crypto'
import https from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ApiContext, Server } from './api-context.ts'
import { type Access, asksForProof, decide, siteView } from './guard/access.ts'
import { type ConnectionLimits, type Connections, guardConnections } from './guard/connections.ts'
import { checkCsrf, checkHost, checkOrigin } from './guard/forged.ts'
import { isApi, setHeaders } from './guard/headers.ts'
import { takeJsonOnly } from './guard/json-body.ts'
import { answerPlainHttp } from './guard/plain-http.ts'
import { checkProof } from './guard/proof.ts'
import { type Door, type Visitor, visitorOf } from './guard/visitor.ts'
import { describeApi } from './open-api.ts'
import { refusal } from './refusal.ts'
import { registerRoutes } from './routes/all.ts'
import { apiError } from './schema/error.ts'
import { sendError } from './send-error.ts'
import { servePages } from './serve-pages.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route needs; every one of the API says it. */
    access?: Access
    /** Answered with 304 where nothing has changed. */
    etag?: boolean
    /** Whoever asks must have shown lately who they are. */
    proof?: boolean
  }
  interface FastifyInstance {
    declared: DeclaredRoute[]
  }
  interface FastifyRequest {
    /** Null: nobody is signed in. */
    visitor: Visitor | null
    /** Aborts when whoever asks is gone, or the node stops. */
    gone: AbortSignal
  }
}

export interface DeclaredRoute {
  readonly method: string
  readonly url: string
  readonly access: Access
}

const megabyte = 1024 * 1024
/** Milliseconds. */
const handshakeTimeout = 10_000
const limits = { maxHeaderSize: 32_768, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 }

export interface ServerOptions {
  readonly door: Door
  /** Where the built pages are. */
  readonly pages: string
  /** For `node:https`; null: plain HTTP. */
  readonly tls: SecureContextOptions | null
  readonly connections: ConnectionLimits
}

/** Everything that one listener serves; it does not listen yet. */
export async function createServer(
  context: ApiContext,
  { door, pages, tls, connections }: ServerOptions,
): Promise<Server> {
  const server = fastify({
    bodyLimit: megabyte,
    requestTimeout: 30_000,
    // this user's own command line waits as long as it likes
    connectionTimeout: door.kind === 'tcp' ? connections.silence : 0,
    keepAliveTimeout: 65_000,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300, ignoreDuplicateSlashes: false },
    frameworkErrors: (error, request, reply) => sendError(context, error, request, reply),
    http: limits,
    ...(tls === null ? {} : { https: { ...tls, ...limits, minVersion: 'TLSv1.2', handshakeTimeout } }),
  }) as unknown as Server
  if (door.kind === 'tcp' && server.server instanceof https.Server) {
    answerPlainHttp(server.server, door.hosts, Math.min(handshakeTimeout, connections.silence))
  }
  // the socket is this user's alone
  const held = door.kind === 'tcp' ? guardConnections(server.server, connections) : null
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  takeJsonOnly(server)
  guard(server, context, door, held)
  await describeApi(server, context.version)
  await server.register(async inner => registerRoutes(inner as unknown as Server, context, door))
  await servePages(server, pages)
  return server
}

function guard(server: Server, context: ApiContext, door: Door, connections: Connections | null): void {
  server.decorate('declared', [])
  server.decorateRequest('visitor', null)
  server.decorateRequest('gone')
  server.addHook('onRoute', route => {
    if (!isApi(route.url) || route.url === '/api/*') return
    if (route.config?.access === undefined) throw new Error(`${route.url} does not say what it needs`)
    for (const method of [route.method].flat())
      server.declared.push({ method, url: route.url, access: route.config.access })
    const response = route.schema?.response
    route.schema = { ...route.schema, response: { ...Object(response), '4xx': apiError, '5xx': apiError } }
  })
  server.addHook('onRequest', async (request, reply) => {
    request.gone = goneSignal(context.signal, reply)
    setHeaders(door, request, reply)
    checkHost(door, request)
    checkOrigin(door, request)
    const access = request.routeOptions.config.access
    if (access === undefined) return
    request.visitor = await visitorOf(context.people, door, request)
    if (request.visitor !== null) connections?.known(request.raw.socket)
    checkCsrf(request.visitor, request)
    // before its body is read; what it may do is decided once that is known
    if (access.kind !== 'open' && request.visitor === null) {
      throw refusal('signed-out', 'Sign in first: nobody is signed in, or the session is over.')
    }
  })
  server.addHook('preValidation', async request => {
    const { access, proof } = request.routeOptions.config
    if (access === undefined) return
    decide(access, request.visitor, siteView(context.node), request)
    if (proof === true || asksForProof(access, request)) checkProof(context.people, request.visitor)
  })
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.config.etag !== true || reply.statusCode !== 200) return payload
    return typeof payload === 'string' ? revalidated(request, reply, payload) : payload
  })
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    context.metrics.seen(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
  })
  server.setErrorHandler((error, request, reply) => sendError(context, error, request, reply))
}

function revalidated(request: FastifyRequest, reply: FastifyReply, payload: string): string | null {
  const etag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"`
  reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'Cookie, Authorization' })
  const known = (request.headers['if-none-match'] ?? '').split(',').map(one => one.trim().replace(/^W\//, ''))
  if (!known.includes(etag)) return payload
  reply.code(304).removeHeader('content-type').removeHeader('content-length')
  return null
}

function goneSignal(stopping: AbortSignal, reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return AbortSignal.any([stopping, gone.signal])
}
