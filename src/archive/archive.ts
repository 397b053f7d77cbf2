import type { Connector } from '../capture/connector.ts'
import type { Repository } from '../engine/repository.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { Site } from '../site/site.ts'
import type { SiteRecord } from './record.ts'
import type { SitePaths } from './site-paths.ts'

/** A connector of whatever options; its `options` schema has checked what it is given. */
// biome-ignore lint/suspicious/noExplicitAny: the options' type is the connector's own, and differs for each
export type AnyConnector = Connector<any>

/** Everything that work on a site's items needs. */
export interface Archive {
  readonly paths: SitePaths
  /** The site folder. */
  readonly folder: string
  readonly site: Site
  readonly record: SiteRecord
  readonly repository: Repository
  readonly secrets: SecretStore
  readonly connectors: ReadonlyMap<string, AnyConnector>
  readonly hostname: string
  readonly now: () => Date
  /** `n` random bytes. */
  readonly random: (n: number) => Uint8Array
}
