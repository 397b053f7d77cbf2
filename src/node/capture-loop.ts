import { setTimeout as sleep } from 'node:timers/promises'
import type { Archive } from '../archive/archive.ts'
import { isQuiet, type SweepOptions, sweep } from '../archive/sweep.ts'
import { captureInterval } from '../policy/interval.ts'
import type { AssetItem } from '../site/item-lookup.ts'

export interface CaptureLoop {
  readonly items: readonly AssetItem[]
  readonly sweep: SweepOptions
  /** Told before each wait what comes next. */
  readonly onWait: (next: { readonly item: string; readonly at: Temporal.Instant }) => void
}

/** A quiet item is looked at again after this many milliseconds. */
const quietStep = 60_000
/** Items that fall due within this many milliseconds go into one sweep. */
const together = 1_000

/** Captures every item at once and then each at its interval, outside its quiet windows, until `signal` aborts. */
export async function captureLoop(archive: Archive, loop: CaptureLoop, signal: AbortSignal): Promise<void> {
  const due = new Map(loop.items.map(of => [of, archive.now().getTime()]))
  while (!signal.aborted && due.size > 0) {
    const now = archive.now().getTime()
    const ready = loop.items.filter(of => (due.get(of) ?? 0) <= now + together)
    const quiet = ready.filter(of => isQuiet(archive, of))
    for (const of of quiet) due.set(of, now + quietStep)
    const run = ready.filter(of => !quiet.includes(of))
    for (const of of run) due.set(of, now + captureInterval(of.item).total('milliseconds'))
    if (run.length > 0) await sweep(archive, run, loop.sweep, signal)
    else await waitForNext(archive, loop, due, signal)
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
