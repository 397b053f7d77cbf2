import type { AssetItem } from '../../site/item-lookup.ts'
import type { Place } from '../../site/site.ts'
import type { Facts, NeededConnection, ObservedConnection } from '../facts.ts'
import { zoneOf } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Flow } from './flow.ts'
import { type FlowGround, flowGround, unknownProtocol } from './flow-ground.ts'

/** Whether the item's connector can write to its device. */
export type Writable = (item: string) => boolean

/**
 * The flows that the configuration needs: what captures read of each device, what restores write to it, and what goes to
 * places in other zones; each device's connection once, in the order of the file. The node opens them all.
 */
export function neededFlows(
  index: SiteIndex,
  connections: Facts['connections'],
  writable: Writable,
  observed: readonly ObservedConnection[] = [],
): Flow[] {
  const ground = flowGround(index)
  if (ground === null) return []
  const wanted = [...wantedConnections(index, connections, writable).values()]
  const seen = Map.groupBy(observed, ({ item }) => item)
  return [
    ...wanted.flatMap(one => deviceFlow(ground, one, 'capture', seen) ?? []),
    ...wanted.filter(one => one.writing.length > 0).flatMap(one => deviceFlow(ground, one, 'restore', seen) ?? []),
    ...index.site.places.flatMap(place => replicationFlow(ground, place, zoneOf(index.site, place)) ?? []),
  ]
}

interface Wanted {
  readonly of: AssetItem
  readonly connection: NeededConnection
  readonly items: string[]
  readonly writing: string[]
}

/** Several items of a device by one protocol need one flow. */
function wantedConnections(
  index: SiteIndex,
  connections: Facts['connections'],
  writable: Writable,
): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>()
  for (const of of index.items) {
    for (const connection of connections.get(of.id) ?? []) {
      const { protocol, transport, host, ports } = connection
      const key = `${of.asset.id}/${protocol}/${transport}/${host}/${ports.from}-${ports.to}`
      const one = wanted.get(key) ?? { of, connection, items: [], writing: [] }
      wanted.set(key, one)
      one.items.push(of.id)
      if (writable(of.id)) one.writing.push(of.id)
    }
  }
  return wanted
}

function deviceFlow(
  ground: FlowGround,
  { of: { asset }, connection, items, writing }: Wanted,
  purpose: 'capture' | 'restore',
  seen: ReadonlyMap<string, readonly ObservedConnection[]>,
): Flow | null {
  const { protocol, transport, host, ports, part } = connection
  const zone = ground.zones.get(asset.zone)
  const ruling = ground.needed(ground.node.id, asset.zone, protocol, purpose)
  if (zone === undefined || ruling === null) return null
  return {
    id: `${purpose}/${asset.id}/${protocol}/${host}:${portsText(ports)}`,
    initiator: { zone: ground.node.id, level: ground.node.level, what: 'node', hosts: [] },
    target: { zone: zone.id, level: zone.level, what: asset.id, host },
    ...{ protocol, transport, ports, part, purpose },
    impact: purpose === 'capture' ? 'reads' : 'writes',
    items: purpose === 'capture' ? items : writing,
    ...ruling,
    seen: purpose === 'capture' ? lastSeen(connection, items, seen) : null,
  }
}

function lastSeen(
  connection: NeededConnection,
  items: readonly string[],
  seen: ReadonlyMap<string, readonly ObservedConnection[]>,
): Temporal.Instant | null {
  let last: Temporal.Instant | null = null
  for (const item of items) {
    for (const one of seen.get(item) ?? []) {
      if (!isNeeded(one, [connection])) continue
      if (last === null || Temporal.Instant.compare(one.last, last) > 0) last = one.last
    }
  }
  return last
}

/** Whether what was opened is among what is needed. */
export function isNeeded({ host, port }: ObservedConnection, needed: readonly NeededConnection[]): boolean {
  return needed.some(one => one.ports.from <= port && port <= one.ports.to && isSameName(one.host, host))
}

function isSameName(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase()
}

/** TCP ports of the shares that a place is mounted by: RFC 7530 (NFS 4), and SMB without NetBIOS. */
const sharePorts = { smb: 445, nfs: 2049 } as const

/** Null where nothing goes over a network between zones: in the node's own zone, and on media that are carried. */
function replicationFlow(ground: FlowGround, place: Place, to: string): Flow | null {
  if (to === ground.node.id || !place.online) return null
  const protocol = place.share ?? unknownProtocol
  const zone = ground.zones.get(to)
  const ruling = ground.needed(ground.node.id, to, protocol, 'replication')
  if (zone === undefined || ruling === null) return null
  const port = place.share === null ? null : sharePorts[place.share]
  return {
    id: `replication/${place.id}/${protocol}`,
    initiator: { zone: ground.node.id, level: ground.node.level, what: 'node', hosts: [] },
    target: { zone: zone.id, level: zone.level, what: place.id, host: null },
    protocol,
    transport: port === null ? null : 'tcp',
    ports: port === null ? null : { from: port, to: port },
    part: port === null ? null : 'control',
    ...{ purpose: 'replication', impact: 'writes', items: [] },
    ...ruling,
    seen: null,
  }
}

/** `21`, `1024-65535`. */
export function portsText({ from, to }: NeededConnection['ports']): string {
  return from === to ? `${from}` : `${from}-${to}`
}
