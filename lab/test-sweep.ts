import type { Archive } from '../src/archive/archive.ts'
import { type SweepResult, sweep, sweepDefaults } from '../src/archive/sweep.ts'
import { allItems } from '../src/cli/select-items.ts'

/** Captures every item of a site that is open in this process, without waiting between attempts. */
export function sweepAll(archive: Archive): Promise<readonly SweepResult[]> {
  const silent = {
    ...sweepDefaults,
    backoff: [],
    ignoreQuiet: true,
    program: 'test',
    onStart: () => undefined,
    onResult: () => undefined,
  }
  return sweep(archive, allItems(archive.site), silent, new AbortController().signal)
}
