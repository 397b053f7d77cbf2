import type { JudgedFlows } from '../policy/flows/flow.ts'
import { judgeFlows } from '../policy/flows/judge-flows.ts'
import { itemsOf } from '../site/item-lookup.ts'
import type { JudgedSite } from './judge-site.ts'
import { connectorsByKind } from './load-site.ts'

/** The connections that the site needs and allows, judged. */
export function judgeSiteFlows({ site, index, facts }: Omit<JudgedSite, 'judgement'>): JudgedFlows {
  const restores = (via: string) => connectorsByKind.get(via)?.impact.restore !== 'unsupported'
  const writable = new Set(itemsOf(site).flatMap(({ id, item }) => (restores(item.via) ? [id] : [])))
  return judgeFlows(index, facts, item => writable.has(item))
}
