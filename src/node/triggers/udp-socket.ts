import dgram from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { ListenOptions } from '../../site/site.ts'
import { listenFailure } from './listen-failure.ts'
import { plainAddress } from './senders.ts'

/** Bytes that the system keeps for us while a storm comes in. */
const receiveBuffer = 1 << 20

type Receive = (
  message: Buffer,
  from: { readonly address: string; readonly port: number },
  socket: dgram.Socket,
) => void

/**
 * Listens for datagrams until the signal aborts. `bound` is told the address once it listens. Throws where it cannot, or cannot any
 * more, with what to do.
 */
export async function listenUdp(
  id: string,
  options: Pick<ListenOptions, 'listen' | 'port'>,
  told: { readonly bound: (address: string) => void; readonly receive: Receive },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const ipv6 = isIPv6(options.listen.split('%')[0] ?? '')
  const socket = dgram.createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6, recvBufferSize: receiveBuffer })
  try {
    socket.bind({ address: options.listen, port: options.port, exclusive: true })
    await once(socket, 'listening', { signal })
    socket.on('message', (message, { address, port }) => told.receive(message, { address, port }, socket))
    const { address, port } = socket.address()
    told.bound(`UDP ${ipv6 ? `[${address}]` : plainAddress(address)}:${port}`)
    const { promise, reject, resolve } = Promise.withResolvers<void>()
    socket.once('error', reject)
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
    await promise
  } catch (error) {
    if (!signal.aborted) throw listenFailure(id, 'udp', options, error)
  } finally {
    socket.removeAllListeners()
    socket.on('error', () => undefined) // of a datagram that was still under way
    socket.close()
  }
}
