import type { Asset, Item, Process, Site } from '../site/site.ts'

/** An asset in its turn, with what is restored of it. */
export interface OrderedAsset {
  readonly asset: Asset
  /** In the order of the site file; none where nothing of it is backed up. */
  readonly items: readonly Item[]
}

/**
 * What a process needs, in the order in which it can be brought back: before each asset those that it needs, before a
 * process the processes that it needs, otherwise as the site file lists them. Of an asset that is needed only by
 * `asset/item`, that item alone. Cycles, which the site file's check refuses, end where they began.
 */
export function restoreOrder(site: Site, process: Process): readonly OrderedAsset[] {
  const assets = new Map(site.assets.map(asset => [asset.id, asset]))
  const processes = new Map(site.processes.map(one => [one.id, one]))
  const wanted = new Map<Asset, Set<Item>>()
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    const nested = processes.get(id)
    if (nested !== undefined) {
      nested.needs.forEach(visit)
      return
    }
    const [assetId = '', itemId] = id.split('/')
    const asset = assets.get(assetId)
    if (asset === undefined) return
    asset.needs.forEach(visit)
    const items = wanted.get(asset) ?? new Set()
    wanted.set(asset, items)
    for (const item of asset.items) if (itemId === undefined || item.id === itemId) items.add(item)
  }
  process.needs.forEach(visit)
  return [...wanted].map(([asset, items]) => ({ asset, items: asset.items.filter(item => items.has(item)) }))
}
