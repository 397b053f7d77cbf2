import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What happens to the connection that carries the byte at which a fault stands. */
export interface Fault {
  /** `reset`: RST both ways; `end`: a clean end of the answer, as of a server that believes it is done; `stall`: silence, the connection stays. */
  readonly what: 'reset' | 'end' | 'stall'
  /** Counts bytes that the client sends, or those that it receives. */
  readonly on: 'sent' | 'received'
  /** Bytes over all connections, counted from when the fault was armed; 0 is the next byte. What comes before still passes. */
  readonly after: number
}

/** A TCP proxy on 127.0.0.1 that breaks connections as it is told to. One fault is met once; those armed are met in their order. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** Connections taken since the start. */
  readonly connections: number
  /** Faults that no connection has met yet. */
  readonly armed: number
  arm(...faults: readonly Fault[]): void
  /** Forgets the faults that are armed; what is stalled stays so. */
  disarm(): void
  /** Breaks every connection that is open now. */
  cut(): void
}

export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const open = new Set<Socket>()
  const faults: Fault[] = []
  let counted = 0
  let connections = 0

  /** How many of these bytes pass before the fault that is next; all of them where there is none. */
  const passing = (on: Fault['on'], bytes: number): number => {
    const [fault] = faults
    if (fault === undefined || fault.on !== on) return bytes
    const left = fault.after - counted
    counted += Math.min(bytes, Math.max(left, 0))
    return left < bytes ? Math.max(left, 0) : bytes
  }

  const relay = (from: Socket, to: Socket, on: Fault['on']): void => {
    from.on('data', (data: Buffer) => {
      const pass = passing(on, data.byteLength)
      const drained = to.write(data.subarray(0, pass))
      if (pass < data.byteLength) meet(faults.shift(), from, to)
      else if (!drained) from.pause()
    })
    to.on('drain', () => from.resume())
    from.on('end', () => to.end())
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }

  const meet = (fault: Fault | undefined, from: Socket, to: Socket): void => {
    counted = 0
    from.removeAllListeners('data')
    if (fault?.what === 'reset') for (const socket of [from, to]) socket.resetAndDestroy()
    if (fault?.what === 'end') {
      to.end()
      from.destroy()
    }
    if (fault?.what === 'stall') from.pause()
  }

  const server = createServer({ allowHalfOpen: true }, client => {
    connections += 1
    const upstream = connect({ ...target, allowHalfOpen: true })
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => open.delete(socket))
    }
    relay(client, upstream, 'sent')
    relay(upstream, client, 'received')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    get armed() {
      return faults.length
    },
    arm(...more) {
      if (faults.length === 0) counted = 0
      faults.push(...more)
    },
    disarm() {
      faults.length = 0
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
