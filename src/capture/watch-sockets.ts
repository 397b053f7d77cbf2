import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** Where a TCP socket of this process goes. */
export interface Destination {
  /** Name or address, as it was asked for. */
  readonly host: string
  readonly address: string
  readonly port: number
}

export interface SocketWatch {
  /** It reaches out; for a name with several addresses once for each that is tried. */
  attempt?(to: Destination): void
  /** It stands. */
  open?(to: Destination): void
}

/**
 * Tells of every TCP connection that this process opens, through whatever library, until it is disposed of. `begin` is
 * called in the asynchronous context of whoever opens one; null leaves that one alone.
 */
export function watchSockets(begin: () => SocketWatch | null): Disposable {
  const onSocket = (message: unknown) => {
    const watch = begin()
    if (watch !== null) follow((message as { readonly socket: Socket }).socket, watch)
  }
  subscribe('net.client.socket', onSocket)
  return { [Symbol.dispose]: () => void unsubscribe('net.client.socket', onSocket) }
}

function follow(socket: Socket, watch: SocketWatch): void {
  const names = new Map<string, string>()
  const destination = (address: string, port: number) => ({ host: names.get(address) ?? address, address, port })
  socket.on('lookup', (_error, address, _family, host) => names.set(address, host))
  socket.on('connectionAttempt', (address: string, port: number) => watch.attempt?.(destination(address, port)))
  socket.once('connect', () => {
    const { remoteAddress, remotePort } = socket
    // a local pipe has neither
    if (remoteAddress !== undefined && remotePort !== undefined) watch.open?.(destination(remoteAddress, remotePort))
  })
}
