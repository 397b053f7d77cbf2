import { chmod } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'
import { isUnclaimed } from '../node/people/first-administrator.ts'
import { type People, tellLate } from '../node/people/people.ts'
import type { SiteNode } from '../node/site-node.ts'
import { SiteThread } from '../node/site-thread/site-thread.ts'
import { Drills } from '../node/views/drills.ts'
import { Verifications } from '../node/views/verifications.ts'
import type { ApiContext, NodeParts, Server } from './api-context.ts'
import { type ConnectionLimits, connectionLimits } from './guard/connections.ts'
import type { Door } from './guard/visitor.ts'
import { dueSoon } from './live/due-soon.ts'
import { EventHub } from './live/event-hub.ts'
import { createMetrics } from './live/metrics.ts'
import { StorageWatch } from './live/storage-watch.ts'
import { hasPages } from './serve-pages.ts'
import { createServer, type DeclaredRoute } from './server.ts'
import { socketAddress } from './socket-file.ts'

/** The node's certificate, as `openNodeTls` gives it. */
export interface Certificate {
  tlsOptions(): SecureContextOptions
  refresh(): Promise<boolean>
}

export interface ServeOptions {
  readonly node: SiteNode
  readonly people: People
  readonly parts: NodeParts
  /** Where the built pages are. */
  readonly pages: string
  readonly version: string
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
  /** Names and addresses by which the node is reached, besides loopback and `host`. */
  readonly names: readonly string[]
  /** Null: plain HTTP, which loopback alone may have. */
  readonly tls: Certificate | null
  /** Of this machine's command line. */
  readonly socket: string
  /** Told the port that is bound, before a first request is answered. */
  readonly onListening?: (port: number) => void
  /** Milliseconds between two signs of life in a stream of events; 15 s unless told. */
  readonly heartbeat?: number
  /** For tests; the usual ones unless told. */
  readonly connections?: ConnectionLimits
  /** For the log: a mistake of our own, or in words what strangers are not told, or the journal not yet. */
  readonly onMistake: (error: unknown) => void
}

export interface Served extends AsyncDisposable {
  /** Where the page is. */
  readonly url: string
  readonly hasPages: boolean
  readonly events: EventHub
  /** Every route of the API, and what it needs. */
  readonly routes: readonly DeclaredRoute[]
}

/** Milliseconds. */
const minute = 60_000
const firstCount = 2_000
const heartbeat = 15_000

/**
 * Serves the node's API and pages over TCP, and the API to this machine's command line over a Unix socket. Throws `refused`
 * where others could reach it before there is a certificate and an account, and where the port or the socket is taken.
 */
export async function serveNode(options: ServeOptions): Promise<Served> {
  const { people, host, port, tls, socket } = options
  await refuseOpenDoor(options)
  await using opening = new AsyncDisposableStack()
  const stop = new AbortController()
  opening.defer(() => stop.abort())
  const context = contextOf(options, opening, stop.signal)
  const doors: readonly Door[] = [
    { kind: 'socket', secure: false, hosts: new Set() },
    { kind: 'tcp', secure: tls !== null, hosts: hostsOf(options) },
  ]
  const [local, outer] = await Promise.all(
    doors.map(door => createServer(context, { door, ...partsOf(options, door) })),
  )
  if (local === undefined || outer === undefined) throw new Error('there are two doors')
  for (const server of [local, outer]) opening.defer(() => server.close())
  // told before the servers close, which is in the order from the last
  opening.defer(() => context.events[Symbol.dispose]())
  await listen(local, { path: await socketAddress(socket) }, socket)
  await chmod(socket, 0o600)
  outer.server.once('listening', () => options.onListening?.(portOf(outer)))
  // for this name Fastify would open a second listener, without the limits of the first
  await listen(outer, { host: host === 'localhost' ? '127.0.0.1' : host, port }, `${host}:${port}`)
  keepUp(options, outer, opening)
  const bound = portOf(outer)
  const shown = host.includes(':') ? `[${host}]` : host
  const held = opening.move()
  return {
    url: `${tls === null ? 'http' : 'https'}://${shown}:${bound}/`,
    hasPages: await hasPages(options.pages),
    events: context.events,
    routes: outer.declared,
    [Symbol.asyncDispose]: async () => {
      await held[Symbol.asyncDispose]()
      await tellLate(people, true).catch(options.onMistake)
    },
  }
}

function portOf({ server }: Server): number {
  return (server.address() as AddressInfo).port
}

function contextOf(options: ServeOptions, opening: AsyncDisposableStack, signal: AbortSignal): ApiContext {
  const { node, people, parts, version, onMistake } = options
  const events = new EventHub(node)
  const due = dueSoon(node)
  const thread = opening.use(new SiteThread())
  const drills = opening.use(new Drills(node, { told: drill => events.tell({ type: 'drill', drill }), onMistake }))
  const told = (verification: string) => {
    events.tell({ type: 'verification', verification })
    if (verifications.of(verification).ended !== null) storage.soon()
  }
  const verifications = opening.use(new Verifications(node, { told, onMistake }))
  const storage = opening.use(new StorageWatch(node, firstCount, onMistake))
  const metrics = opening.use(createMetrics(node, due, () => events.clients))
  const beat = options.heartbeat ?? heartbeat
  return {
    ...{ node, people, parts, due, thread, drills, verifications, storage, events, heartbeat: beat },
    ...{ metrics, version, signal, onMistake },
  }
}

function partsOf({ pages, tls, connections = connectionLimits }: ServeOptions, door: Door) {
  return { pages, connections, tls: door.kind === 'tcp' && tls !== null ? tls.tlsOptions() : null }
}

/** What is to be done now and then: a certificate renewed, room kept, what could not be written down at once. */
function keepUp({ people, tls, onMistake }: ServeOptions, server: Server, opening: AsyncDisposableStack): void {
  people.reserve.fill().catch(onMistake)
  const timer = setInterval(() => {
    tellLate(people).catch(onMistake)
    people.reserve.fill().catch(onMistake)
    if (tls === null) return
    tls.refresh().then(another => {
      if (another && 'setSecureContext' in server.server) Object(server.server).setSecureContext(tls.tlsOptions())
    }, onMistake)
  }, minute)
  timer.unref()
  opening.defer(() => clearInterval(timer))
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

async function refuseOpenDoor({ host, tls, people }: ServeOptions): Promise<void> {
  if (isLoopback(host)) return
  if (tls === null) {
    throw new BlackstartError(
      'refused',
      `Without a certificate the node is served to this machine alone, not at ${host}.`,
    )
  }
  if (await isUnclaimed(people)) {
    throw new BlackstartError(
      'refused',
      `Nobody has an account yet, so the node is not served at ${host}. Start it with --host 127.0.0.1 first, and make the first administrator.`,
    )
  }
}

function hostsOf({ host, names }: ServeOptions): ReadonlySet<string> {
  const bracketed = (name: string) => (name.includes(':') ? `[${name}]` : name).toLowerCase()
  const loopback = ['localhost', '127.0.0.1', '::1']
  return new Set([...loopback, ...(host === '0.0.0.0' || host === '::' ? [] : [host]), ...names].map(bracketed))
}

async function listen(
  server: Server,
  at: { readonly path: string } | { readonly host: string; readonly port: number },
  shown: string,
): Promise<void> {
  try {
    await server.listen('path' in at ? { path: at.path } : { host: at.host, port: at.port })
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error
    const why = {
      EADDRINUSE: 'another program listens there: choose another with --port',
      EACCES: 'this user may not listen there: choose a port above 1023',
      EADDRNOTAVAIL: 'this machine has no such address',
    }[code]
    throw new BlackstartError('refused', `The node cannot be served at ${shown}: ${why} (${reasonOf(error)}).`, {
      cause: error,
    })
  }
}
