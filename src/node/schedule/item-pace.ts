import type { ItemFacts } from '../../policy/facts.ts'
import { createScheduler } from '../../policy/schedule/item-schedule.ts'
import type { SiteIndex } from '../../policy/site-index.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { ItemPace } from './next-due.ts'

/** How often each item is captured, as the policy derives it from the MTDL and from what captures took. */
export function createItemPace(index: SiteIndex): (of: AssetItem, known: ItemFacts | undefined) => ItemPace {
  const schedule = createScheduler(index)
  return (of, known) => {
    const { interval, captureTime } = schedule(of, known)
    return { interval: interval.total('milliseconds'), captureTime: captureTime.milliseconds }
  }
}
