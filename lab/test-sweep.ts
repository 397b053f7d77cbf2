import type { Archive } from '../src/archive/archive.ts'
import { type SweepOptions, sweep, sweepDefaults } from '../src/archive/sweep.ts'
import type { SweepResult } from '../src/archive/sweep-session.ts'
import { selectItem } from '../src/cli/select-items.ts'
import { type AssetItem, itemsOf } from '../src/site/item-lookup.ts'

/** A sweep that does not wait between attempts, minds no quiet window, and tells nobody. */
export const quickSweep: SweepOptions = {
  ...sweepDefaults,
  backoff: [],
  ignoreQuiet: true,
  program: 'test',
  onStart: () => undefined,
  onResult: () => undefined,
}

/** Captures every item of a site that is open in this process. */
export function sweepAll(archive: Archive): Promise<readonly SweepResult[]> {
  return sweep(archive, itemsOf(archive.site), quickSweep, new AbortController().signal)
}

export function itemOf(archive: Archive, id: string): AssetItem {
  return selectItem(archive.site, id)
}
