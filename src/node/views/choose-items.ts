import { BlackstartError } from '../../errors.ts'
import { itemsOf } from '../../site/item-lookup.ts'
import type { Site } from '../../site/site.ts'

/** The ids of the items that the words name: `asset/item`, or an asset for all of its items. Throws `not-found`. */
export function chooseItems(site: Site, words: readonly string[] | 'all'): readonly string[] {
  const items = itemsOf(site)
  if (words === 'all') return items.map(({ id }) => id)
  const chosen = new Set<string>()
  const known = new Set(items.map(({ id }) => id))
  const ofAsset = Map.groupBy(items, ({ asset }) => asset.id)
  for (const word of words) {
    if (known.has(word)) chosen.add(word)
    else if (ofAsset.has(word)) for (const { id } of ofAsset.get(word) ?? []) chosen.add(id)
    else throw new BlackstartError('not-found', `site.yaml has no item "${word.slice(0, 130)}".`)
  }
  return [...chosen]
}
