import type { Archive } from '../src/archive/archive.ts'
import { type SweepOptions, type SweepResult, sweep, sweepDefaults } from '../src/archive/sweep.ts'
import type { ItemOf } from '../src/archive/target.ts'
import { allItems, selectItem } from '../src/cli/select-items.ts'

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
  return sweep(archive, allItems(archive.site), quickSweep, new AbortController().signal)
}

export function itemOf(archive: Archive, id: string): ItemOf {
  return selectItem(archive.site, id)
}
