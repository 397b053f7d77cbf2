import type { Asset, Item, Site } from './site.ts'

/** An item with the asset that it belongs to. */
export interface AssetItem {
  /** `asset/item`. */
  readonly id: string
  readonly asset: Asset
  readonly item: Item
}

/** Every item of the site, in the order of the file. */
export function itemsOf(site: Pick<Site, 'assets'>): AssetItem[] {
  return site.assets.flatMap(asset => asset.items.map(item => ({ id: `${asset.id}/${item.id}`, asset, item })))
}

/** The item `asset/item`; null where there is none. */
export function findItem(site: Site, id: string): AssetItem | null {
  const [assetId, itemId, ...more] = id.split('/')
  const asset = site.assets.find(candidate => candidate.id === assetId)
  const item = asset?.items.find(candidate => candidate.id === itemId)
  return asset === undefined || item === undefined || more.length > 0 ? null : { id, asset, item }
}
