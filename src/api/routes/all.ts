import type { ApiContext, Server } from '../api-context.ts'
import type { Door } from '../guard/visitor.ts'
import { accountRoutes } from './account.ts'
import { approvalRoutes } from './approvals.ts'
import { assetRoutes } from './assets.ts'
import { authorityRoutes } from './authority.ts'
import { captureRoutes } from './captures.ts'
import { contentRoutes } from './content.ts'
import { directoryRoutes } from './directory.ts'
import { drillRoutes } from './drills.ts'
import { eventRoutes } from './events.ts'
import { findingRoutes } from './findings.ts'
import { flowRoutes } from './flows.ts'
import { interviewRoutes } from './interview.ts'
import { itemRoutes } from './items.ts'
import { journalRoutes } from './journal.ts'
import { oidcRoutes } from './oidc.ts'
import { overviewRoutes } from './overview.ts'
import { partRoutes } from './parts.ts'
import { peopleRoutes } from './people.ts'
import { restoreRoutes } from './restores.ts'
import { riskRoutes } from './risk.ts'
import { runRoutes } from './runs.ts'
import { secretRoutes } from './secrets.ts'
import { sessionRoutes } from './session.ts'
import { siteRoutes } from './site.ts'
import { storageRoutes } from './storage.ts'
import { tokenRoutes } from './tokens.ts'
import { verificationRoutes } from './verifications.ts'
import { versionRoutes } from './versions.ts'
import { watchRoutes } from './watch.ts'

const all: readonly ((server: Server, context: ApiContext, door: Door) => void)[] = [
  ...[sessionRoutes, oidcRoutes, accountRoutes, peopleRoutes, tokenRoutes, directoryRoutes, authorityRoutes],
  ...[overviewRoutes, assetRoutes, itemRoutes, versionRoutes, contentRoutes, captureRoutes],
  ...[runRoutes, restoreRoutes, approvalRoutes, storageRoutes, verificationRoutes, siteRoutes, secretRoutes],
  ...[findingRoutes, riskRoutes, drillRoutes, flowRoutes, interviewRoutes],
  ...[journalRoutes, eventRoutes, partRoutes, watchRoutes],
]

export function registerRoutes(server: Server, context: ApiContext, door: Door): void {
  for (const register of all) register(server, context, door)
}
