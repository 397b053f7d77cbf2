import type { Facts, ObservedConnection } from '../facts.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Flow, JudgedFlows } from './flow.ts'
import { flowGround } from './flow-ground.ts'
import { isNeeded, neededFlows, type Writable } from './needed-flows.ts'
import { serviceFlows } from './service-flows.ts'

export type FlowFacts = Pick<Facts, 'items' | 'connections' | 'observed' | 'services'>

/** What the configuration needs and what the conduits allow, judged by the flow rules, and what was seen besides. */
export function judgeFlows(index: SiteIndex, facts: FlowFacts, writable: Writable): JudgedFlows {
  const { connections, observed } = facts
  const services = serviceFlows(index, facts.services)
  return {
    flows: [...neededFlows(index, connections, writable, observed), ...services.flows, ...conduitFlows(index)],
    unknown: index.items.filter(({ id }) => !connections.has(id)).map(({ id }) => id),
    unplaced: services.unplaced,
    unexpected: unexpectedConnections(index, facts),
  }
}

/** What each conduit of the site file allows, one flow for each word, in the order of the file. */
export function conduitFlows(index: SiteIndex): Flow[] {
  const ground = flowGround(index)
  if (ground === null) return []
  const used = new Map<string, number>()
  return index.site.conduits.flatMap((conduit, at) =>
    conduit.allow.flatMap((protocol): Flow[] => {
      const [from, to] = [ground.zones.get(conduit.from), ground.zones.get(conduit.to)]
      const ruling = ground.declared(conduit, at, protocol)
      if (from === undefined || to === undefined || ruling === null) return []
      const name = `conduit/${conduitName(conduit)}/${protocol}`
      const count = (used.get(name) ?? 0) + 1
      used.set(name, count)
      return [
        {
          id: count === 1 ? name : `${name}#${count}`,
          initiator: { zone: from.id, level: from.level, what: from.id, hosts: [] },
          target: { zone: to.id, level: to.level, what: to.id, host: null },
          ...{ protocol, transport: null, ports: null, part: null, purpose: 'conduit', impact: null, items: [] },
          ...ruling,
          seen: null,
        },
      ]
    }),
  )
}

export function conduitName({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}->${to}`
}

/** Milliseconds: a connection that stays the same is recorded once a day. */
const recordedEvery = 86_400_000

/**
 * What captures opened although nothing needs it now. What was last seen more than a day before its item's newest
 * successful capture is left out: that capture did not open it, as where a device has moved to another address. So is what
 * items opened that the site file holds no more.
 */
export function unexpectedConnections(index: SiteIndex, facts: FlowFacts): ObservedConnection[] {
  return facts.observed.filter(
    one => !isNeeded(one, facts.connections.get(one.item) ?? []) && isOfSite(index, one.item) && isCurrent(one, facts),
  )
}

function isOfSite({ assets }: SiteIndex, id: string): boolean {
  const [asset = '', item] = id.split('/')
  return assets.get(asset)?.items.some(one => one.id === item) === true
}

function isCurrent({ item, last }: ObservedConnection, { items }: FlowFacts): boolean {
  const confirmed = items.get(item)?.lastConfirmed ?? null
  return confirmed === null || last.epochMilliseconds >= confirmed.epochMilliseconds - recordedEvery
}
