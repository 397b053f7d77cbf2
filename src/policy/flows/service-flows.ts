import { BlockList, isIP } from 'node:net'
import type { Asset, Trigger, Zone } from '../../site/site.ts'
import { holdsHost, readZoneNetwork, type ZoneNetwork } from '../../site/zone-network.ts'
import type { Facts, NeededConnection, PortRange, ServiceConnection } from '../facts.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Flow, UnplacedFlow } from './flow.ts'
import { type FlowGround, flowGround } from './flow-ground.ts'

export interface ServiceFlows {
  readonly flows: readonly Flow[]
  readonly unplaced: readonly UnplacedFlow[]
}

/** The port of the node's pages, unless `serve --port` says otherwise. */
export const pagesPort = 8470

/**
 * The flows that have to do with no capture: what devices and systems tell the node, people who open its pages, and what
 * the node sends to channels and asks directories; in that order. What stays on the node's machine is none.
 */
export function serviceFlows(index: SiteIndex, services: Facts['services']): ServiceFlows {
  const ground = flowGround(index)
  if (ground === null) return { flows: [], unplaced: [] }
  const told = toldFlows(index, ground)
  const opened = openedFlows(index, ground, services)
  return { flows: [...told.flows, ...opened.flows], unplaced: [...told.unplaced, ...opened.unplaced] }
}

/** What others open to the node: the site file alone tells it. */
export function toldFlows(index: SiteIndex, ground: FlowGround): ServiceFlows {
  const all = [...index.site.triggers.map(trigger => triggerFlows(index, ground, trigger)), pagesFlows(index, ground)]
  return { flows: all.flatMap(({ flows }) => flows), unplaced: all.flatMap(({ unplaced }) => unplaced) }
}

/** What the node opens to others. */
export function openedFlows(index: SiteIndex, ground: FlowGround, services: Facts['services']): ServiceFlows {
  const outside = services.filter(({ connection: { host } }) => !isLoopback(host))
  const zoneOf = outside.length === 0 ? () => null : createZoneOf(index)
  const placed = outside.map(service => ({ service, zone: zoneOf(service.connection.host) }))
  return {
    flows: placed.flatMap(({ service, zone }) => (zone === null ? [] : (openedFlow(ground, service, zone) ?? []))),
    unplaced: placed.flatMap(({ service, zone }) => (zone === null ? [unplacedService(service)] : [])),
  }
}

function openedFlow(ground: FlowGround, { purpose, name, connection }: ServiceConnection, to: string): Flow | null {
  const { protocol, transport, host, ports, part } = connection
  const zone = ground.zones.get(to)
  const ruling = ground.needed(ground.node.id, to, protocol, purpose, transport === 'udp')
  if (zone === undefined || ruling === null) return null
  return {
    id: `${purpose}/${name}/${protocol}/${host}:${ports.from}`,
    initiator: { zone: ground.node.id, level: ground.node.level, what: 'node', hosts: [] },
    target: { zone: zone.id, level: zone.level, what: name, host },
    ...{ protocol, transport, ports, part, purpose, impact: null, items: [] },
    ...ruling,
    seen: null,
  }
}

function unplacedService({ purpose, name, connection }: ServiceConnection): UnplacedFlow {
  const { host, protocol, transport, ports } = connection
  const remedy = `The site file does not say in which zone ${host} stands: add it, or its network, to the networks of a zone.`
  return { purpose, name, host, protocol, transport, ports, remedy }
}

interface Told {
  readonly purpose: 'trigger' | 'pages'
  /** The trigger's id; the zone's, for people. */
  readonly name: string
  readonly protocol: string
  readonly transport: 'tcp' | 'udp'
  readonly port: number
  /** Where the node listens; null where the site file does not say it. */
  readonly listen: string | null
}

function triggerFlows(index: SiteIndex, ground: FlowGround, trigger: Trigger): ServiceFlows {
  if (trigger.via === 'folder') return { flows: [], unplaced: [] }
  if (trigger.via === 'hook') return hookFlows(ground, trigger)
  const { listen, port } = trigger.options
  if (isLoopback(listen)) return { flows: [], unplaced: [] }
  const told: Told = {
    ...{ purpose: 'trigger', name: trigger.id, port, listen },
    ...(trigger.via === 'snmp'
      ? { protocol: 'snmp-trap', transport: 'udp' as const }
      : { protocol: 'syslog', transport: trigger.options.transport }),
  }
  const zones = Map.groupBy(sendersOf(index, trigger), ({ asset }) => asset.zone)
  const flows = [...zones].flatMap(([zone, senders]) => {
    const hosts = senders.flatMap(({ asset: { address } }) => address ?? [])
    return (
      toldFlow(
        ground,
        told,
        zone,
        hosts,
        senders.flatMap(({ items }) => items),
      ) ?? []
    )
  })
  return { flows, unplaced: [] }
}

interface Sender {
  readonly asset: Asset
  readonly items: readonly string[]
}

/** The assets with an address whose items a trigger is for, and its relays. */
function sendersOf({ site, items }: SiteIndex, trigger: Extract<Trigger, { via: 'syslog' | 'snmp' }>): Sender[] {
  const relays = new Set(trigger.via === 'syslog' ? trigger.options.relays : [])
  const wanted = new Set(trigger.items)
  const own = Map.groupBy(
    items.filter(({ id }) => wanted.size === 0 || wanted.has(id)),
    ({ asset }) => asset,
  )
  return site.assets.flatMap(asset => {
    const ids = (own.get(asset) ?? []).map(({ id }) => id)
    const sends = asset.address !== null && !isLoopback(asset.address) && (ids.length > 0 || relays.has(asset.id))
    return sends ? [{ asset, items: ids }] : []
  })
}

function hookFlows(ground: FlowGround, trigger: Extract<Trigger, { via: 'hook' }>): ServiceFlows {
  const { from } = trigger.options
  const told: Told = {
    purpose: 'trigger',
    name: trigger.id,
    protocol: 'https',
    transport: 'tcp',
    port: pagesPort,
    listen: null,
  }
  if (from === null) {
    const { purpose, name, protocol, transport } = told
    const remedy = `The site file does not say where the caller of /api/hooks/${name} stands: name its zone in the option from of the trigger.`
    return { flows: [], unplaced: [{ purpose, name, host: null, protocol, transport, ports: only(pagesPort), remedy }] }
  }
  const flow = toldFlow(ground, told, from, [], trigger.items)
  return { flows: flow === null ? [] : [flow], unplaced: [] }
}

function pagesFlows({ site }: SiteIndex, ground: FlowGround): ServiceFlows {
  const flows = site.node.pages.flatMap(zone => {
    const told: Told = {
      purpose: 'pages',
      name: zone,
      protocol: 'https',
      transport: 'tcp',
      port: pagesPort,
      listen: null,
    }
    return toldFlow(ground, told, zone, ground.zones.get(zone)?.networks ?? [], []) ?? []
  })
  return { flows, unplaced: [] }
}

function toldFlow(
  ground: FlowGround,
  { purpose, name, protocol, transport, port, listen }: Told,
  from: string,
  hosts: readonly string[],
  items: readonly string[],
): Flow | null {
  const zone = ground.zones.get(from)
  const ruling = ground.needed(from, ground.node.id, protocol, purpose, transport === 'udp')
  if (zone === undefined || ruling === null) return null
  const id = purpose === 'pages' ? `pages/${from}` : `trigger/${name}/${from}/${protocol}:${port}`
  return {
    id,
    initiator: { zone: zone.id, level: zone.level, what: zone.id, hosts },
    target: { zone: ground.node.id, level: ground.node.level, what: 'node', host: listen },
    ...{ protocol, transport, ports: only(port), part: 'control', purpose, impact: null, items },
    ...ruling,
    seen: null,
  }
}

function only(port: number): PortRange {
  return { from: port, to: port }
}

/** The zone of a machine: an asset's, where its address is that; else that of the narrowest network. Null where nothing says it. */
function createZoneOf({ site }: SiteIndex): (host: string) => string | null {
  const byAddress = new Map(
    site.assets.flatMap(({ address, zone }) => (address === null ? [] : [[address.toLowerCase(), zone] as const])),
  )
  const networks = site.zones
    .flatMap(zone => zone.networks.flatMap(text => ofZone(zone, readZoneNetwork(text)) ?? []))
    .sort((a, b) => prefixOf(b.network) - prefixOf(a.network))
  return host =>
    byAddress.get(host.toLowerCase()) ?? networks.find(({ network }) => holdsHost(network, host))?.zone ?? null
}

interface NetworkOfZone {
  readonly zone: string
  readonly network: ZoneNetwork
}

function ofZone({ id }: Zone, network: ZoneNetwork | null): NetworkOfZone | null {
  return network === null ? null : { zone: id, network }
}

function prefixOf(network: ZoneNetwork): number {
  return network.kind === 'network' ? network.prefix : 0
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

function isLoopback(host: NeededConnection['host']): boolean {
  const version = isIP(host)
  return version === 0 ? host.toLowerCase() === 'localhost' : loopback.check(host, version === 6 ? 'ipv6' : 'ipv4')
}
