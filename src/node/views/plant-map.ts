import { conduitFlows } from '../../policy/flows/judge-flows.ts'
import type { SiteIndex } from '../../policy/site-index.ts'
import type { SiteNode } from '../site-node.ts'
import { seenNeeds } from './asset-detail.ts'
import { plantRows } from './plant-rows.ts'
import type { Sight } from './sight.ts'

/** Zones on their levels, the assets in them, and the conduits between them. */
export function plantMap(node: SiteNode, sees: Sight) {
  const judged = node.judged()
  const { site } = judged
  const rows = plantRows(judged)
  const running = new Set(
    node
      .runs()
      .flatMap(({ state, item }) => (state === 'ended' || state === 'waiting' ? [] : (item.split('/')[0] ?? []))),
  )
  const assets = rows.assets.filter(({ facts }) => sees(facts.zone))
  const inZone = Map.groupBy(assets, ({ facts }) => facts.zone)
  return {
    judged: judged.number,
    zones: site.zones
      .filter(({ id }) => sees(id))
      .map(({ id, name, level }) => ({
        ...{ id, name, level, node: site.node.zone === id },
        assets: inZone.get(id)?.length ?? 0,
      })),
    assets: assets.map(({ of, facts }) => {
      const { id, name, kind, zone, state, failed, drifted, changed, class: cls, items, findings } = facts
      const common = { id, name, kind, zone, state, failed, drifted, changed, class: cls, items, findings }
      return { ...common, running: running.has(id), needs: seenNeeds(rows, of, sees) }
    }),
    conduits: conduitsOf(judged.index).filter(({ from, to }) => sees(from) && sees(to)),
  }
}

const made = new WeakMap<SiteIndex, ReturnType<typeof makeConduits>>()

function conduitsOf(index: SiteIndex) {
  const known = made.get(index) ?? makeConduits(index)
  made.set(index, known)
  return known
}

function makeConduits(index: SiteIndex) {
  const denied = new Map(
    conduitFlows(index)
      .filter(({ judgement }) => judgement === 'denied' || judgement === 'closed-by-default')
      .map(flow => [flow.conduit, flow.rule]),
  )
  return index.site.conduits.map(({ from, to, allow, oneWay, exception, note }, number) => ({
    ...{ number, from, to, allow, oneWay, exception, note },
    forbidden: denied.has(number),
    rule: denied.get(number) ?? null,
  }))
}
