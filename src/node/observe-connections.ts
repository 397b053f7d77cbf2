import { AsyncLocalStorage } from 'node:async_hooks'
import { isIPv6, SocketAddress } from 'node:net'
import type { AnyConnector } from '../archive/archive.ts'
import type { Entry } from '../capture/connector.ts'
import { type Destination, watchSockets } from '../capture/watch-sockets.ts'
import type { NeededConnection } from '../policy/facts.ts'

/** A connection that a capture or a restore really opened. */
export interface OpenedConnection {
  /** `asset/item`. */
  readonly item: string
  /** As the site file names it, where the connection was needed; else the name or address that was asked for. */
  readonly host: string
  /** Where it was needed, the first port of the range that it belongs to, so that FTP's data connections are one. */
  readonly port: number
}

export interface ConnectionWatch extends Disposable {
  /** The same connectors, watched: what is opened besides, by the storage or the pages, is not seen. */
  watched(connectors: ReadonlyMap<string, AnyConnector>): ReadonlyMap<string, AnyConnector>
  /** Each connection that stood since the last call once, in the order in which they were opened first. */
  take(): readonly OpenedConnection[]
}

/** Watches the TCP connections that connectors open in this process. What a program that they start opens is not seen. */
export function observeConnections(needed: ReadonlyMap<string, readonly NeededConnection[]>): ConnectionWatch {
  const items = new AsyncLocalStorage<string>()
  let opened = new Map<string, OpenedConnection>()
  const names = new Map<string, Set<string>>()
  const note = (item: string, to: Destination) => {
    const known = names.get(to.address) ?? new Set([canonical(to.address)])
    names.set(to.address, known.add(canonical(to.host)))
    const connection = { item, ...folded(needed.get(item) ?? [], to, known) }
    opened.set(`${item} ${connection.host} ${connection.port}`, connection)
  }
  const sockets = watchSockets(() => {
    const item = items.getStore()
    return item === undefined ? null : { open: to => note(item, to) }
  })
  return {
    watched: connectors => new Map([...connectors].map(([kind, connector]) => [kind, watched(connector, items)])),
    take() {
      const taken = [...opened.values()]
      opened = new Map()
      return taken
    },
    [Symbol.dispose]: () => sockets[Symbol.dispose](),
  }
}

function folded(
  needed: readonly NeededConnection[],
  { host, port }: Destination,
  known: ReadonlySet<string>,
): { readonly host: string; readonly port: number } {
  const match = needed.find(
    ({ host: name, ports }) => known.has(canonical(name)) && ports.from <= port && port <= ports.to,
  )
  return match === undefined ? { host, port } : { host: match.host, port: match.ports.from }
}

/** An IPv6 address has several spellings, a name two cases. */
function canonical(host: string): string {
  return isIPv6(host) ? new SocketAddress({ address: host, family: 'ipv6' }).address : host.toLowerCase()
}

type Run = <Result>(action: () => Result) => Result

function watched(connector: AnyConnector, items: AsyncLocalStorage<string>): AnyConnector {
  const { restore, fingerprint } = connector
  const within =
    (item: string): Run =>
    action =>
      items.run(item, action)
  return {
    ...connector,
    capture: (target, signal) => {
      const run = within(target.item)
      const entries = run(() => connector.capture(target, signal))
      return iterate(entries, run, entry => entryOf(entry, run))
    },
    ...(fingerprint !== undefined && {
      fingerprint: (target, signal) => within(target.item)(() => fingerprint.call(connector, target, signal)),
    }),
    ...(restore !== undefined && {
      restore: (target, entries, signal) => {
        // what it writes comes out of the repository: that is none of the device's connections
        const outside = AsyncLocalStorage.snapshot()
        const given = iterate(entries, outside, entry => entryOf(entry, outside))
        return within(target.item)(() => restore.call(connector, target, given, signal))
      },
    }),
  }
}

function entryOf(entry: Entry, run: Run): Entry {
  if (entry.type !== 'file') return entry
  return {
    ...entry,
    async read(signal) {
      const { stat, chunks } = await run(() => entry.read(signal))
      return { stat, chunks: iterate(chunks, run, chunk => chunk) }
    },
  }
}

/** Every step of `source` runs in `run`. */
function iterate<Value>(source: AsyncIterable<Value>, run: Run, each: (value: Value) => Value): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = run(() => source[Symbol.asyncIterator]())
      return {
        async next() {
          const next = await run(() => iterator.next())
          return next.done === true ? next : { done: false, value: each(next.value) }
        },
        async return() {
          await run(() => iterator.return?.())
          return { done: true, value: undefined }
        },
      }
    },
  }
}
