import type { Facts } from '../facts.ts'
import { compareFindings, type Finding } from '../finding.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Flow } from './flow.ts'
import { type FlowGround, flowGround, type Ruling } from './flow-ground.ts'
import { conduitFlows, conduitName, type FlowFacts, unexpectedConnections } from './judge-flows.ts'
import { neededFlows } from './needed-flows.ts'
import { openedFlows, toldFlows } from './service-flows.ts'

/**
 * What is wrong with the flows: needs that the rules deny, needs that no conduit lists, conduits that the rules deny, and
 * connections that were opened although nothing needs them. One finding for each asset, place, conduit, item, channel,
 * directory and zone that tells the node something.
 */
export function flowFindings(index: SiteIndex, facts: FlowFacts): Finding[] {
  return createFlowFindings(index)(facts)
}

/** The same, again and again for one site: as long as `connections` is the same object, only what was observed is looked at. */
export function createFlowFindings(index: SiteIndex): (facts: FlowFacts) => Finding[] {
  const ground = flowGround(index)
  if (ground === null) return () => []
  const bySite = [
    ...placeRulings(index).flatMap(one => neededFindings(ground, one)),
    ...toldFlows(index, ground).flows.flatMap(serviceFinding),
    ...conduitFindings(index),
  ]
  let known: { readonly connections: Facts['connections']; readonly findings: readonly Finding[] } | null = null
  return facts => {
    const { connections } = facts
    if (known?.connections !== connections) {
      const byAsset = assetRulings(ground, index, connections).flatMap(one => neededFindings(ground, one))
      known = { connections, findings: [...bySite, ...byAsset].sort(compareFindings) }
    }
    const ofServices = openedFlows(index, ground, facts.services).flows.flatMap(serviceFinding)
    return [...known.findings, ...ofServices, ...unexpectedFindings(index, facts)].sort(compareFindings)
  }
}

/** What is asked of the rules for an asset or a place. */
interface Asked {
  readonly subject: string
  readonly zone: string
  /** By protocol. */
  readonly rulings: Map<string, Ruling>
}

function assetRulings(ground: FlowGround, index: SiteIndex, connections: Facts['connections']): Asked[] {
  const asked = new Map<string, Asked>()
  for (const { id, asset } of index.items) {
    for (const { protocol } of connections.get(id) ?? []) {
      const ruling = ground.needed(ground.node.id, asset.zone, protocol, 'capture')
      if (ruling === null || isFine(ruling)) continue
      const one = asked.get(asset.id) ?? { subject: asset.id, zone: asset.zone, rulings: new Map() }
      asked.set(asset.id, one)
      one.rulings.set(protocol, ruling)
    }
  }
  return [...asked.values()]
}

function placeRulings(index: SiteIndex): Asked[] {
  const replications = neededFlows({ ...index, items: [] }, new Map(), () => false)
  return replications.map(flow => ({
    subject: flow.target.what,
    zone: flow.target.zone,
    rulings: new Map([[flow.protocol, flow]]),
  }))
}

function isFine({ judgement }: Ruling): boolean {
  return judgement === 'allowed' || judgement === 'listed-exception'
}

function neededFindings(ground: FlowGround, { subject, zone, rulings }: Asked): Finding[] {
  const crossing = {
    from: ground.node.id,
    fromLevel: ground.node.level,
    to: zone,
    toLevel: ground.zones.get(zone)?.level ?? null,
  }
  const findings: Finding[] = []
  for (const judgement of ['denied', 'closed-by-default'] as const) {
    const hit = [...rulings].filter(([, ruling]) => ruling.judgement === judgement)
    const [first] = hit
    if (first === undefined) continue
    const denied = judgement === 'denied'
    const { rule } = first[1]
    findings.push({
      code: denied ? 'flow-forbidden' : 'flow-without-conduit',
      severity: denied ? 'high' : 'medium',
      subject,
      facts: { ...crossing, protocols: hit.map(([protocol]) => protocol), rule },
      remedy: remedyOf(hit.map(([, ruling]) => ruling)),
    })
  }
  return findings
}

/** None where nothing is wrong with it. */
function serviceFinding({ purpose, initiator, target, protocol, judgement, rule, remedy }: Flow): Finding[] {
  if (judgement !== 'denied' && judgement !== 'closed-by-default') return []
  const denied = judgement === 'denied'
  const other = purpose === 'trigger' || purpose === 'pages' ? initiator.zone : target.what
  return [
    {
      code: denied ? 'flow-forbidden' : 'flow-without-conduit',
      severity: denied ? 'high' : 'medium',
      subject: `node/${purpose}/${other}`,
      facts: {
        ...{ from: initiator.zone, fromLevel: initiator.level, to: target.zone, toLevel: target.level },
        ...{ protocols: [protocol], rule },
      },
      remedy: remedy ?? '',
    },
  ]
}

/** Each sentence once. */
function remedyOf(rulings: readonly Pick<Flow, 'remedy'>[]): string {
  return [...new Set(rulings.flatMap(({ remedy }) => remedy ?? []))].join(' ')
}

function conduitFindings(index: SiteIndex): Finding[] {
  const denied = conduitFlows(index).filter(({ judgement }) => judgement === 'denied')
  const byName = Map.groupBy(denied, ({ initiator, target }) => conduitName({ from: initiator.zone, to: target.zone }))
  return [...byName].map(([subject, flows]) => {
    const { initiator, target, rule } = flows[0] as Flow
    return {
      code: 'conduit-forbidden',
      severity: 'high',
      subject,
      facts: {
        ...{ from: initiator.zone, fromLevel: initiator.level, to: target.zone, toLevel: target.level },
        ...{ protocols: flows.map(({ protocol }) => protocol), rule },
      },
      remedy: remedyOf(flows),
    }
  })
}

function unexpectedFindings(index: SiteIndex, facts: FlowFacts): Finding[] {
  const byItem = Map.groupBy(unexpectedConnections(index, facts), ({ item }) => item)
  return [...byItem].map(([subject, opened]) => {
    const connections = opened.map(({ host, port }) => `${host}:${port}`).sort()
    return {
      code: 'connection-unexpected',
      severity: 'high',
      subject,
      facts: { connections },
      remedy: `Find out what opened ${connections.join(', ')}: captures of ${subject} have no need of it. If the device has moved, correct its address in site.yaml; otherwise close it in the firewall, and report it as a mistake of Blackstart.`,
    }
  })
}
