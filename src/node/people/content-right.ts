import { nodeAsset } from '../../archive/node-items.ts'
import type { PersonAction } from './may.ts'

/** `shown`: as text or as a difference, secrets masked, or the names of its files · `raw`: its exact bytes. */
export type ContentUse = 'shown' | 'raw'

export interface ContentRight {
  readonly action: PersonAction
  /** In the zone of the asset, or in the whole site. */
  readonly where: 'zone' | 'site'
}

/**
 * What it takes to look into a version of an item. The node's own items are of the whole site: accounts with their password
 * hashes, keys and secrets are for those who manage people; the site file and the journal for whoever sees them elsewhere.
 */
export function contentRight(item: string, use: ContentUse): ContentRight {
  const [asset, id] = item.split('/')
  if (asset !== nodeAsset) return { action: use === 'raw' ? 'read-secrets-raw' : 'read', where: 'zone' }
  if (id === 'site') return { action: use === 'raw' ? 'edit-site' : 'read', where: 'site' }
  if (id === 'journal') return { action: 'read-journal', where: 'site' }
  return { action: 'manage-people', where: 'site' }
}
