import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect as connectTcp, isIPv6, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface Receiver {
  readonly host: string
  readonly port: number
  /** Null for TCP without TLS. */
  readonly tls: ConnectionOptions | null
}

/** Milliseconds until the connection stands, until the receiver takes more bytes, and until it closes its side. */
const patience = 20_000

/** Milliseconds in which a receiver that takes no more connections, or cuts, is noticed before we close our side. */
const linger = 200

/**
 * Sends messages over a connection of their own, each with its length before it (octet counting: RFC 6587, section 3.4.1;
 * RFC 5425, section 4.3). Syslog has no answer: that all was read shows only when the receiver closes the connection after
 * we have closed our side of it, so this waits for that, and throws where it does not happen.
 */
export async function sendOverStream(
  receiver: Receiver,
  messages: readonly Buffer[],
  signal: AbortSignal,
): Promise<void> {
  const { host, port, tls } = receiver
  const within = () => ({ signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) })
  const socket: Socket = tls === null ? connectTcp({ host, port }) : connectTls({ host, port, ...tls })
  try {
    await onceOrWhy(socket, tls === null ? 'connect' : 'secureConnect', within())
    let early = true
    const closed = onceOrWhy(socket, 'end', within()).then(() => {
      if (early) throw new Error('the receiver closed the connection before it had everything')
    })
    // it is awaited last, and may fail before
    closed.catch(() => undefined)
    socket.resume()
    for (const message of messages) {
      if (!socket.write(Buffer.concat([Buffer.from(`${message.length} `), message]))) {
        await Promise.race([onceOrWhy(socket, 'drain', within()), closed])
      }
    }
    await Promise.race([sleep(linger, undefined, { signal }), closed])
    early = false
    socket.end()
    await closed
  } finally {
    socket.destroy()
  }
}

/** As `once`, with the reason that was given to `AbortSignal.timeout` instead of a mere abort. */
async function onceOrWhy(socket: Socket, event: string, options: { readonly signal: AbortSignal }): Promise<void> {
  try {
    await once(socket, event, options)
  } catch (error) {
    options.signal.throwIfAborted()
    throw error
  }
}

/**
 * Sends each message as a datagram (RFC 5426). Nothing tells whether it arrived; that nothing listens there is told by
 * some hosts, within a moment.
 */
export async function sendDatagrams(
  { host, port }: Receiver,
  messages: readonly Buffer[],
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  const failed = once(socket, 'error', { signal }).then(([error]) => Promise.reject(error))
  failed.catch(() => undefined)
  try {
    socket.connect(port, host)
    await Promise.race([once(socket, 'connect', { signal }), failed, late()])
    for (const message of messages) await Promise.race([sendOne(socket, message), failed])
    await Promise.race([sleep(100, undefined, { signal }), failed])
  } finally {
    socket.close()
  }
}

async function late(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  AbortSignal.timeout(patience).addEventListener('abort', () =>
    reject(Object.assign(new Error('no answer came in time'), { name: 'TimeoutError' })),
  )
  return promise
}

function sendOne(socket: DatagramSocket, message: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.send(message, error => (error === null ? resolve() : reject(error)))
  return promise
}
