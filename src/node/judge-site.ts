import type { Facts } from '../policy/facts.ts'
import { createJudge, type Judgement } from '../policy/judge.ts'
import type { SiteIndex } from '../policy/site-index.ts'
import type { Site } from '../site/site.ts'
import { gatherFacts } from './gather-facts.ts'
import { connectorsByKind, loadSite, type SiteAccess } from './load-site.ts'
import { openSiteRecord, repositoryBackend } from './open-site.ts'

export interface JudgedSite {
  readonly site: Site
  readonly index: SiteIndex
  readonly facts: Facts
  readonly judgement: Judgement
}

/** What can be said of the site now. Needs neither the repository nor its key. */
export async function judgeSite(access: SiteAccess): Promise<JudgedSite> {
  const { folder } = access
  const site = await loadSite(access)
  await using record = await openSiteRecord(access)
  const facts = await gatherFacts(folder, site, record, repositoryBackend(folder, site).location, connectorsByKind)
  const judge = createJudge(site)
  return { site, index: judge.index, facts, judgement: judge.judge(facts) }
}
