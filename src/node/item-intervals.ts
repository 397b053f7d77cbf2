import type { Archive } from '../archive/archive.ts'
import { createScheduler } from '../policy/schedule/item-schedule.ts'
import { indexSite } from '../policy/site-index.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import { gatherFacts } from './gather-facts.ts'
import type { ItemPace } from './next-due.ts'

/** How often each item is captured, as the policy derives it from the MTDL and from what captures took. */
export interface ItemIntervals {
  of(item: AssetItem): ItemPace
  /** Derives them anew where a minute has passed: captures have been measured meanwhile. */
  refresh(): Promise<void>
}

/** Milliseconds. */
const refreshEvery = 60_000

export async function openItemIntervals(archive: Archive): Promise<ItemIntervals> {
  const { folder, site, record, connectors, repository } = archive
  const schedule = createScheduler(indexSite(site))
  const gather = async () => (await gatherFacts(folder, site, record, repository.backend.location, connectors)).items
  let known = await gather()
  let gathered = performance.now()
  return {
    of(item) {
      const { interval, captureTime } = schedule(item, known.get(item.id))
      return { interval: interval.total('milliseconds'), captureTime: captureTime.milliseconds }
    },
    async refresh() {
      if (performance.now() - gathered < refreshEvery) return
      known = await gather()
      gathered = performance.now()
    },
  }
}
