import { setTimeout as sleep } from 'node:timers/promises'
import type { Archive } from '../archive/archive.ts'
import { isQuiet, type SweepOptions, type SweepResult, sweep } from '../archive/sweep.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import type { ItemIntervals } from './item-intervals.ts'

export interface CaptureLoop {
  readonly items: readonly AssetItem[]
  readonly intervals: ItemIntervals
  readonly sweep: SweepOptions
  /** Called after each sweep that stored something. */
  readonly onSwept: () => Promise<void>
  /** Told before each wait what comes next. */
  readonly onWait: (next: { readonly item: string; readonly at: Temporal.Instant }) => void
}

/** A quiet item is looked at again after this many milliseconds. */
const quietStep = 60_000
/** Items that fall due within this many milliseconds go into one sweep. */
const together = 1_000

/** After a sweep that could not store anything (a full disk, a locked repository) it is tried again after this many. */
const troubleStep = 60_000

/**
 * Captures every item at once and then each at its interval, outside its quiet windows, until `signal` aborts. Trouble
 * with the repository is reported as each item's failure, and the loop goes on.
 */
export async function captureLoop(archive: Archive, loop: CaptureLoop, signal: AbortSignal): Promise<void> {
  const due = new Map(loop.items.map(of => [of, archive.now().getTime()]))
  while (!signal.aborted && due.size > 0) {
    const now = archive.now().getTime()
    const ready = loop.items.filter(of => isDue(loop.intervals.of(of), due.get(of) ?? 0, now))
    const quiet = ready.filter(of => isQuiet(archive, of))
    for (const of of quiet) due.set(of, now + quietStep)
    const run = ready.filter(of => !quiet.includes(of))
    for (const of of run) due.set(of, now + loop.intervals.of(of))
    if (run.length === 0) await waitForNext(archive, loop, due, signal)
    else if (await sweepOrTell(archive, run, loop.sweep, signal)) await loop.onSwept()
    else for (const of of run) due.set(of, archive.now().getTime() + troubleStep)
  }
}

/** Also when the clock was set back, and what was due then lies further off than the item's interval. */
function isDue(interval: number, due: number, now: number): boolean {
  const furthest = Math.max(interval, quietStep, troubleStep)
  return due <= now + together || due > now + furthest + together
}

/** False when nothing could be stored. */
async function sweepOrTell(
  archive: Archive,
  items: readonly AssetItem[],
  options: SweepOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const told = new Set<string>()
  const onResult = (result: SweepResult) => {
    told.add(result.item)
    options.onResult(result)
  }
  try {
    await sweep(archive, items, { ...options, onResult }, signal)
    return true
  } catch (error) {
    if (signal.aborted || !(error instanceof BlackstartError)) throw error
    const { code, message } = error
    for (const { id: item } of items.filter(of => !told.has(of.id))) {
      options.onResult({ item, outcome: 'failed', version: null, bytes: 0, error: { code, message } })
    }
    return false
  }
}

async function waitForNext(
  archive: Archive,
  loop: CaptureLoop,
  due: ReadonlyMap<AssetItem, number>,
  signal: AbortSignal,
): Promise<void> {
  const [next] = [...due].sort(([, a], [, b]) => a - b)
  if (next === undefined) return
  loop.onWait({ item: next[0].id, at: Temporal.Instant.fromEpochMilliseconds(next[1]) })
  // never longer than a minute at once: the clock may be set while it waits
  const wait = Math.min(Math.max(next[1] - archive.now().getTime(), 0), 60_000)
  await sleep(wait, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
