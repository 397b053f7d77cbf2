import { createDependencyOrder } from '../site/dependency-order.ts'
import { type AssetItem, itemsOf } from '../site/item-lookup.ts'
import type { Asset, Process, Site } from '../site/site.ts'
import { type Loss, scenariosOf } from './scenario.ts'

/** What the site file alone tells about who needs what; made once, looked up many times. */
export interface SiteIndex {
  readonly site: Site
  /** In the order of the file. */
  readonly items: readonly AssetItem[]
  readonly assets: ReadonlyMap<string, Asset>
  /** By `asset/item`: the processes that need it, directly or through other processes and assets. */
  readonly processesOfItem: ReadonlyMap<string, readonly Process[]>
  /** By asset. */
  readonly processesOfAsset: ReadonlyMap<string, readonly Process[]>
  /** By process, everything before what needs it. */
  readonly needsOf: ReadonlyMap<string, ProcessNeeds>
  readonly scenarios: readonly Loss[]
}

export interface ProcessNeeds {
  readonly assets: readonly Asset[]
  readonly items: readonly AssetItem[]
  readonly itemsOf: ReadonlyMap<Asset, readonly AssetItem[]>
}

export function indexSite(site: Site): SiteIndex {
  const items = itemsOf(site)
  const byId = new Map(items.map(of => [of.id, of]))
  const needsOf = new Map<string, ProcessNeeds>()
  const processesOfItem = new Map<string, Process[]>()
  const processesOfAsset = new Map<string, Process[]>()
  const order = createDependencyOrder(site)
  for (const process of site.processes) {
    const steps = order([process.id])
    const needed = steps.flatMap(({ asset, items: own }) =>
      own.flatMap(item => byId.get(`${asset.id}/${item.id}`) ?? []),
    )
    needsOf.set(process.id, {
      assets: steps.map(({ asset }) => asset),
      items: needed,
      itemsOf: Map.groupBy(needed, of => of.asset),
    })
    for (const { id } of needed) push(processesOfItem, id, process)
    for (const { asset } of steps) push(processesOfAsset, asset.id, process)
  }
  const assets = new Map(site.assets.map(asset => [asset.id, asset]))
  return { site, items, assets, processesOfItem, processesOfAsset, needsOf, scenarios: scenariosOf(site) }
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
