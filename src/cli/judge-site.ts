import { gatherFacts } from '../node/gather-facts.ts'
import type { Facts } from '../policy/facts.ts'
import { createJudge, type Judgement } from '../policy/judge.ts'
import type { SiteIndex } from '../policy/site-index.ts'
import type { Site } from '../site/site.ts'
import type { Invocation } from './invocation.ts'
import { connectorsByKind, loadSite, openSiteRecord, repositoryBackend } from './site-context.ts'

export interface JudgedSite {
  readonly site: Site
  readonly index: SiteIndex
  readonly facts: Facts
  readonly judgement: Judgement
}

/** What can be said of the site now. Needs neither the repository nor its key. */
export async function judgeSite(invocation: Invocation): Promise<JudgedSite> {
  const { folder } = invocation
  const site = await loadSite(invocation)
  await using record = await openSiteRecord(invocation)
  const facts = await gatherFacts(folder, site, record, repositoryBackend(folder, site).location, connectorsByKind)
  const judge = createJudge(site)
  return { site, index: judge.index, facts, judgement: judge.judge(facts) }
}
