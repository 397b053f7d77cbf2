import type { AssetItem } from '../../site/item-lookup.ts'
import { namedSecrets } from '../../site/named-secrets.ts'

/**
 * The secrets that an item asks for, by name, and whether they are set: those that its options name, and the one with its
 * asset's name where that is set, or where the newest capture failed for the lack of it.
 */
export function secretNames(set: ReadonlySet<string>, { asset, item }: AssetItem, failure: string | null) {
  const named = namedSecrets(item.options)
  // a connector that logs in asks for this one where its options name neither a password nor a key
  const byDefault = !named.some(({ option }) => option === 'secret' || option === 'keySecret')
  const own = byDefault && (set.has(asset.id) || failure === 'secret-missing') ? [asset.id] : []
  const names = new Set([...named.map(({ name }) => name), ...own])
  return [...names].map(name => ({ name, set: set.has(name) }))
}
