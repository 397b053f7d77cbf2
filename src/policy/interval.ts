import { mtdlOf } from '../site/data-kind.ts'
import { dependencyOrder } from '../site/dependency-order.ts'
import type { Item, Process, Site } from '../site/site.ts'

/** What an item without `every` is captured at. */
export const defaultInterval = Temporal.Duration.from({ hours: 1 })

/** How often an item is captured. Later derived from the MTDL; for now what the site file says. */
export function captureInterval(item: Item): Temporal.Duration {
  return item.every ?? defaultInterval
}

/** For each process the `asset/item` ids that it needs, directly or through other processes and assets. */
export function neededItems(site: Site): ReadonlyMap<Process, ReadonlySet<string>> {
  return new Map(
    site.processes.map(process => {
      const steps = dependencyOrder(site, [process.id])
      return [process, new Set(steps.flatMap(({ asset, items }) => items.map(item => `${asset.id}/${item.id}`)))]
    }),
  )
}

/** The longest that the newest confirmed reading of an item may lie back. */
export function ageLimit(item: Item, id: string, needs: ReadonlyMap<Process, ReadonlySet<string>>): Temporal.Duration {
  const [tightest] = [...needs]
    .flatMap(([process, items]) => (items.has(id) ? (mtdlOf(process, item) ?? []) : []))
    .sort(Temporal.Duration.compare)
  if (tightest !== undefined) return tightest
  const interval = captureInterval(item)
  return interval.add(interval)
}
