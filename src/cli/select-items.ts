import { nodeAsset } from '../archive/node-items.ts'
import { BlackstartError } from '../errors.ts'
import { type AssetItem, itemsOf } from '../site/item-lookup.ts'
import type { Site } from '../site/site.ts'

/** The items that the words name: `asset/item`, or `asset` for all of its items; all of them for no words. */
export function selectItems(site: Site, words: readonly string[]): readonly AssetItem[] {
  const items = itemsOf(site)
  if (words.length === 0) return items
  return items.filter(of => words.includes(of.id) || words.includes(of.asset.id)).concat(unknown(site, items, words))
}

/** Throws `not-found` for the first word that names nothing. */
function unknown(site: Site, items: readonly AssetItem[], words: readonly string[]): never[] {
  const word = words.find(one => !items.some(of => of.id === one || of.asset.id === one))
  if (word === undefined) return []
  if (word.startsWith(`${nodeAsset}/`)) {
    throw new BlackstartError('usage', `${word} is the node's own: it is captured with every sweep by itself.`)
  }
  const known = items.slice(0, 5).map(of => of.id)
  throw new BlackstartError(
    'not-found',
    items.length === 0
      ? 'site.yaml names no item yet: add one under an asset.'
      : `site.yaml has no item "${word}". There are ${known.join(', ')}${items.length > 5 ? `, and ${items.length - 5} more` : ''}.`,
    { facts: { item: word, site: site.name } },
  )
}

export function selectItem(site: Site, word: string): AssetItem {
  const [found, second] = selectItems(site, [word])
  if (found === undefined || second !== undefined) {
    throw new BlackstartError('usage', `"${word}" names several items: write asset/item.`)
  }
  return found
}
