import type { Archive } from '../../archive/archive.ts'
import type { AssetItem } from '../../site/item-lookup.ts'

/**
 * The secrets that an item may ask for, by name, and whether they are set: those that its options name, and the one with
 * its asset's name where it is set. Values are never read.
 */
export function secretNames({ secrets }: Pick<Archive, 'secrets'>, { asset, item }: AssetItem) {
  const set = new Set(secrets.list().map(({ name }) => name))
  const named = namesIn(item.options)
  const all = named.length > 0 ? named : set.has(asset.id) ? [asset.id] : []
  return all.map(name => ({ name, set: set.has(name) }))
}

/** Options that name secrets are called `secret`, or end with it. */
function namesIn(options: unknown): readonly string[] {
  if (options === null || typeof options !== 'object') return []
  const found = Object.entries(options).flatMap(([key, value]: [string, unknown]): readonly string[] =>
    typeof value === 'string' ? (/secret$/i.test(key) ? [value] : []) : namesIn(value),
  )
  return [...new Set(found)]
}
