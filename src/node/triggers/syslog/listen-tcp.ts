import { once } from 'node:events'
import net from 'node:net'
import type { ListenOptions } from '../../../site/site.ts'
import { listenFailure } from '../listen-failure.ts'
import { plainAddress } from '../senders.ts'
import type { TriggerContext } from '../trigger.ts'
import { longestMessage } from './parse-syslog.ts'
import { SyslogFrames } from './syslog-frames.ts'

const mostConnections = 256
/** Of one address; a device that restarted leaves its old connection behind. */
const mostOfOne = 4
/** Milliseconds: a silent device may keep its connection, if its system still answers. */
const keepAlive = 60_000

interface Told {
  readonly bound: (address: string) => void
  readonly receive: (message: Uint8Array, from: string) => void
  readonly context: Pick<TriggerContext, 'senders' | 'stranger' | 'count'>
}

/** Listens for connections of assets until the signal aborts; others are closed at once. */
export async function listenTcp(
  id: string,
  options: Pick<ListenOptions, 'listen' | 'port'>,
  told: Told,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const open = new Map<net.Socket, string>()
  const server = net.createServer({ keepAlive: true, keepAliveInitialDelay: keepAlive, noDelay: true })
  server.maxConnections = mostConnections
  server.on('connection', socket => admit(socket, open, told))
  server.on('drop', () => told.context.count('dropped'))
  try {
    server.listen({ host: options.listen, port: options.port, ipv6Only: true, exclusive: true })
    await once(server, 'listening', { signal })
    const { address, port, family } = server.address() as net.AddressInfo
    told.bound(`TCP ${family === 'IPv6' ? `[${address}]` : address}:${port}`)
    const { promise, reject, resolve } = Promise.withResolvers<void>()
    server.once('error', reject)
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
    await promise
  } catch (error) {
    if (!signal.aborted) throw listenFailure(id, 'tcp', options, error)
  } finally {
    server.removeAllListeners('connection')
    server.on('error', () => undefined)
    for (const socket of open.keys()) socket.destroy()
    server.close()
  }
}

function admit(socket: net.Socket, open: Map<net.Socket, string>, { receive, context }: Told): void {
  const from = plainAddress(socket.remoteAddress ?? '')
  socket.on('error', () => socket.destroy())
  if (context.senders.at(from).length === 0) {
    context.stranger(from)
    socket.destroy()
    return
  }
  const [oldest, ...others] = [...open].flatMap(([other, address]) => (address === from ? [other] : []))
  if (others.length + 1 >= mostOfOne) oldest?.destroy()
  open.set(socket, from)
  socket.on('close', () => open.delete(socket))
  const frames = new SyslogFrames(longestMessage)
  socket.on('data', chunk => {
    for (const frame of frames.push(Buffer.from(chunk))) receive(frame, from)
  })
  socket.on('end', () => {
    const last = frames.end()
    if (last !== null) receive(last, from)
    socket.end()
  })
}
