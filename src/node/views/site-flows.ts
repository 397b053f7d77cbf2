import type { Flow, JudgedFlows } from '../../policy/flows/flow.ts'
import { flowsCsv, flowsDocument } from '../../policy/flows/flows-document.ts'
import { flowsNftables } from '../../policy/flows/flows-nftables.ts'
import { unexpectedConnections } from '../../policy/flows/judge-flows.ts'
import { judgeSiteFlows } from '../judge-site-flows.ts'
import type { Judged } from '../site-node.ts'
import { matcher, pageOfRows } from './find-rows.ts'
import { everywhere, type Sight } from './sight.ts'

export interface FlowFilter {
  readonly q?: string | undefined
  readonly purpose?: string | undefined
  readonly judgement?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** So many of what is not known, or not needed, are named; the rule lists name all. */
const mostNamed = 200

interface Known {
  readonly connections: Judged['facts']['connections']
  readonly observed: Judged['facts']['observed']
  /** What the services open, as text: gathered anew each time, it is hardly ever another. */
  readonly services: string
  readonly flows: JudgedFlows
  /** By id: where each stands. */
  readonly places: ReadonlyMap<string, number>
}

const known = new WeakMap<Judged['index'], Known>()

/** Made once for a site and what was observed of it: tens of thousands take half a second. */
function knownFlows(judged: Judged): Known {
  const { index, facts } = judged
  const before = known.get(index)
  const services = JSON.stringify(facts.services)
  const isSame = before?.connections === facts.connections && before.services === services
  if (isSame && isSameSeen(before.observed, facts.observed)) return before
  const flows = judgeSiteFlows(judged)
  const places = new Map(flows.flows.map(({ id }, at) => [id, at]))
  const made = { connections: facts.connections, observed: facts.observed, services, flows, places }
  known.set(index, made)
  return made
}

function isSameSeen(one: Known['observed'], other: Known['observed']): boolean {
  return (
    one.length === other.length &&
    one.every(({ item, host, port, last }, at) => {
      const now = other[at]
      return now?.item === item && now.host === host && now.port === port && now.last.equals(last)
    })
  )
}

/** What nothing needs depends on when each item was captured last, too. */
function flowsOf(judged: Judged): JudgedFlows {
  return { ...knownFlows(judged).flows, unexpected: unexpectedConnections(judged.index, judged.facts) }
}

/** Of the node's own connections those to and from zones that somebody sees; of others those between two of them. What has no zone is for whoever sees all. */
function seenFlows(judged: Judged, sees: Sight): JudgedFlows {
  const all = flowsOf(judged)
  if (sees === everywhere) return all
  const { assets } = judged.index
  const seesItem = (item: string) => sees(assets.get(item.split('/')[0] ?? '')?.zone ?? '')
  const seesFlow = ({ initiator, target, purpose }: Flow) => {
    const [from, to] = [sees(initiator.zone), sees(target.zone)]
    return (
      (from && to) || (purpose !== 'conduit' && ((to && initiator.what === 'node') || (from && target.what === 'node')))
    )
  }
  return {
    flows: all.flows.filter(seesFlow),
    unknown: all.unknown.filter(seesItem),
    unplaced: [],
    unexpected: all.unexpected.filter(({ item }) => seesItem(item)),
  }
}

/** The rule list for the plant's firewall, as `blackstart flows` prints it. */
export function siteFlows(judged: Judged, filter: FlowFilter, sees: Sight) {
  const { flows, unknown, unplaced, unexpected } = seenFlows(judged, sees)
  const { places } = knownFlows(judged)
  const matches = filter.q === undefined ? null : matcher(filter.q)
  const found = flows.filter(
    flow =>
      (filter.purpose === undefined || filter.purpose === flow.purpose) &&
      (filter.judgement === undefined || filter.judgement === flow.judgement) &&
      (matches === null || matches(searchText(flow))),
  )
  const order = {
    list: 'flows',
    key: ({ id }: Flow) => places.get(id) ?? null,
    id: ({ id }: Flow) => id,
    ...{ descending: false, isSorted: true },
  }
  const { rows, ...page } = pageOfRows(found, order, filter.cursor, filter.limit)
  return {
    ...page,
    rows: rows.map(({ seen, ...flow }) => ({ ...flow, seen: seen?.toString() ?? null })),
    judgements: [...Map.groupBy(found, ({ judgement }) => judgement)].map(([judgement, own]) => ({
      ...{ judgement, count: own.length },
    })),
    unknown: { total: unknown.length, items: unknown.slice(0, mostNamed) },
    unplaced,
    unexpected: {
      total: unexpected.length,
      rows: unexpected.slice(0, mostNamed).map(({ item, host, port, first, last }) => ({
        ...{ item, host, port, first: first.toString(), last: last.toString() },
      })),
    },
  }
}

function searchText({ id, initiator, target, protocol, rule, items }: Flow): string {
  const words = [id, initiator.what, initiator.zone, target.what, target.zone, target.host ?? '', protocol, rule]
  return [...words, ...items].join(' ').toLowerCase()
}

/** The whole document, as `blackstart flows --json` prints it; `csv`: as with `--format csv`. */
export function flowsFile(judged: Judged, format: 'json' | 'csv', sees: Sight): string {
  const seen = seenFlows(judged, sees)
  return format === 'csv' ? flowsCsv(seen) : `${JSON.stringify(flowsDocument(judged.site, seen), null, 2)}\n`
}

/** A ruleset that names a part of what the node needs would keep it from the rest: it is made of the whole site alone. */
export function flowsRuleset(judged: Judged): string {
  return flowsNftables(judged.site, flowsOf(judged))
}
