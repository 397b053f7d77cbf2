import type { Item, Process, Site } from '../site/site.ts'

/** What an item without `every` is captured at. */
export const defaultInterval = Temporal.Duration.from({ hours: 1 })

/** How often an item is captured. Later derived from the MTDL; for now what the site file says. */
export function captureInterval(item: Item): Temporal.Duration {
  return item.every ?? defaultInterval
}

/** The processes that need an item: directly, by its asset, or through another process or asset that they need. */
export function processesNeeding(site: Site, asset: string, item: string): readonly Process[] {
  return site.processes.filter(process => needed(site, process).has(asset) || needed(site, process).has(item))
}

/** Everything that a process needs, through processes and assets: asset ids and `asset/item` ids. */
export function needed(site: Site, process: Process): ReadonlySet<string> {
  const processes = new Map(site.processes.map(one => [one.id, one]))
  const assets = new Map(site.assets.map(one => [one.id, one]))
  const found = new Set<string>()
  const open = [...process.needs]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    const asset = assets.get(id.split('/')[0] ?? '')
    open.push(...(processes.get(id)?.needs ?? []), ...(asset?.needs ?? []))
  }
  return found
}

/** The longest that the newest confirmed reading of an item may lie back, and why. */
export interface AgeLimit {
  readonly limit: Temporal.Duration
  /** The process whose MTDL it is; null where no process with an MTDL needs the item. */
  readonly process: string | null
}

/** The tightest MTDL of the processes that need the item; without one, two of its intervals. */
export function ageLimit(site: Site, asset: string, item: Item): AgeLimit {
  const limits = processesNeeding(site, asset, `${asset}/${item.id}`).flatMap(process =>
    process.mtdl === null ? [] : [{ limit: process.mtdl, process: process.id }],
  )
  const [tightest] = limits.sort((a, b) => Temporal.Duration.compare(a.limit, b.limit))
  if (tightest !== undefined) return tightest
  const interval = captureInterval(item)
  return { limit: interval.add(interval), process: null }
}
