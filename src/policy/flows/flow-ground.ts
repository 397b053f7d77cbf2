import type { Conduit, Zone } from '../../site/site.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Flow, FlowPurpose } from './flow.ts'
import { type Row, rowFor } from './flow-rules.ts'

export type NeededPurpose = Exclude<FlowPurpose, 'conduit'>
export type Ruling = Pick<Flow, 'judgement' | 'rule' | 'conduit' | 'remedy'>

/** What decides over flows, and the site alone tells. */
export interface FlowGround {
  readonly node: Zone
  readonly zones: ReadonlyMap<string, Zone>
  /**
   * A flow that the configuration needs; null where the site file knows no such zone. `oneWay`: it needs no answer, so that a
   * one-way link carries it.
   */
  needed(from: string, to: string, protocol: string, purpose: NeededPurpose, oneWay?: boolean): Ruling | null
  /** What one of the site's conduits allows. */
  declared(conduit: Conduit, index: number, protocol: string): Ruling | null
}

interface Listed {
  readonly conduit: Conduit
  readonly index: number
}

/** The word of a flow whose protocol the site file does not say. */
export const unknownProtocol = 'unknown'

export const restoreRule = 'a restore that writes is closed, and opened for a time'
const unlistedRule = 'what no conduit lists is closed'
const oneWayRule = 'one-way link: nothing acknowledges, so verify at the far side and bring the result back by media'

export function flowGround({ site }: SiteIndex): FlowGround | null {
  const zones = new Map(site.zones.map(zone => [zone.id, zone]))
  const node = zones.get(site.node.zone)
  if (node === undefined) return null
  const listed = Map.groupBy(
    site.conduits.map((conduit, index): Listed => ({ conduit, index })),
    ({ conduit }) => pairOf(conduit.from, conduit.to),
  )
  const people: ReadonlySet<string> = new Set(site.node.pages)
  const known = new Map<string, Ruling>()
  return {
    node,
    zones,
    needed(from, to, protocol, purpose, oneWay = purpose === 'replication') {
      const key = `${purpose} ${pairOf(from, to)} ${protocol} ${oneWay}`
      const before = known.get(key)
      if (before !== undefined) return before
      const [one, other] = [zones.get(from), zones.get(to)]
      if (one === undefined || other === undefined) return null
      const row = rowFor({ from: one, to: other, node: node.id, people, protocol, purpose })
      const asked = { from: one, to: other, protocol, purpose, oneWay }
      const ruling = ruleNeeded(row, listed.get(pairOf(from, to)) ?? [], asked)
      known.set(key, ruling)
      return ruling
    },
    declared(conduit, index, protocol) {
      const [from, to] = [zones.get(conduit.from), zones.get(conduit.to)]
      if (from === undefined || to === undefined) return null
      const row = rowFor({ from, to, node: node.id, people, protocol, purpose: 'conduit' })
      const { judgement, rule } = ruleListed(row, conduit)
      return { judgement, rule, conduit: index, remedy: judgement === 'denied' ? row.wayRound : null }
    },
  }
}

function pairOf(from: string, to: string): string {
  return `${from}>${to}`
}

function ruleListed({ says, rule }: Row, conduit: Conduit | null): Pick<Ruling, 'judgement' | 'rule'> {
  const told = conduit?.oneWay === true ? `${rule}; ${oneWayRule}` : rule
  if (says === 'inside' || says === 'allow') return { judgement: 'allowed', rule: told }
  const listed = says === 'standing' || (says === 'deny' && conduit !== null && conduit.exception !== null)
  return { judgement: listed ? 'listed-exception' : 'denied', rule: listed ? told : rule }
}

interface Asked {
  readonly from: Zone
  readonly to: Zone
  readonly protocol: string
  readonly purpose: NeededPurpose
  readonly oneWay: boolean
}

function ruleNeeded(row: Row, between: readonly Listed[], asked: Asked): Ruling {
  const { protocol, purpose, oneWay } = asked
  const fitting = between.filter(({ conduit }) => listsProtocol(conduit, protocol) && (oneWay || !conduit.oneWay))
  const pick = fitting.find(({ conduit }) => conduit.exception !== null) ?? fitting[0] ?? null
  const conduit = pick?.index ?? null
  const { judgement, rule } = ruleListed(row, pick?.conduit ?? null)
  if (judgement === 'denied') return { judgement, rule, conduit, remedy: row.forNode ?? row.wayRound }
  if (pick === null && row.says !== 'inside') {
    return { judgement: 'closed-by-default', rule: unlistedRule, conduit, remedy: listing(between, asked) }
  }
  if (purpose === 'restore') return { judgement: 'closed-by-default', rule: restoreRule, conduit, remedy: null }
  return { judgement, rule, conduit, remedy: null }
}

function listsProtocol({ allow }: Conduit, protocol: string): boolean {
  const word = protocol.toLowerCase()
  return allow.some(one => one.trim().toLowerCase() === word)
}

/** What to write into the site file, so that a conduit lists the flow. */
function listing(between: readonly Listed[], { from, to, protocol }: Asked): string {
  if (protocol === unknownProtocol) {
    return `Say how the place is mounted (share: smb or nfs), and list that in a conduit from ${from.id} to ${to.id}.`
  }
  const [both] = between.filter(({ conduit }) => !conduit.oneWay)
  if (both !== undefined) {
    const words = both.conduit.allow.join(', ')
    return `Add ${protocol} to what the conduit from ${from.id} to ${to.id} allows (now ${words}), and to the firewall.`
  }
  const line = `{ from: ${from.id}, to: ${to.id}, allow: [${protocol}] }`
  if (between.length === 0) return `Add the conduit ${line} to site.yaml, and allow it in the firewall.`
  return `The conduit from ${from.id} to ${to.id} is one-way, and ${protocol} needs its answers: add ${line} beside it.`
}
