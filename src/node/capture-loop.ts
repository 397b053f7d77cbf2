import { setTimeout as sleep } from 'node:timers/promises'
import type { Archive } from '../archive/archive.ts'
import { type SweepOptions, type SweepResult, sweep } from '../archive/sweep.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import type { ItemIntervals } from './item-intervals.ts'
import { nextDue, quietEnd } from './next-due.ts'

export interface CaptureLoop {
  readonly items: readonly AssetItem[]
  readonly intervals: ItemIntervals
  readonly sweep: SweepOptions
  /** Called after each sweep that stored something. */
  readonly onSwept: () => Promise<void>
  /** Told before each wait what comes next. */
  readonly onWait: (next: { readonly item: string; readonly at: Temporal.Instant }) => void
}

/** Items that fall due within this many milliseconds go into one sweep. */
const together = 1_000

/** After a sweep that could not store anything (a full disk, a locked repository) it is tried again after this many. */
const troubleStep = 60_000

/** Epoch milliseconds. */
interface Due {
  readonly at: number
  /** When that was settled. */
  readonly since: number
}

/**
 * Captures every item at once and then each at its interval, outside its quiet windows, until `signal` aborts. Trouble
 * with the repository is reported as each item's failure, and the loop goes on.
 */
export async function captureLoop(archive: Archive, loop: CaptureLoop, signal: AbortSignal): Promise<void> {
  const { timezone } = archive.site
  const due = new Map<AssetItem, Due>()
  const now = () => archive.now().getTime()
  const settle = (of: AssetItem, at: number) => due.set(of, { at, since: now() })
  for (const of of loop.items) settle(of, now())
  while (!signal.aborted && due.size > 0) {
    const instant = Temporal.Instant.fromEpochMilliseconds(now())
    const run: AssetItem[] = []
    for (const of of loop.items.filter(one => isDue(due.get(one), now()))) {
      const end = quietEnd(of, instant, timezone)
      if (end !== null) settle(of, end.epochMilliseconds)
      else {
        run.push(of)
        settle(of, nextDue(of, loop.intervals.of(of), instant, timezone).epochMilliseconds)
      }
    }
    if (run.length === 0) await waitForNext(archive, loop, due, signal)
    else if (await sweepOrTell(archive, run, loop.sweep, signal)) await loop.onSwept()
    else for (const of of run) settle(of, now() + troubleStep)
  }
}

/** Also when the clock was set back behind the time at which it was settled. */
function isDue(due: Due | undefined, now: number): boolean {
  return due === undefined || due.at <= now + together || due.since > now + together
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
  due: ReadonlyMap<AssetItem, Due>,
  signal: AbortSignal,
): Promise<void> {
  const [next] = [...due].sort(([, a], [, b]) => a.at - b.at)
  if (next === undefined) return
  loop.onWait({ item: next[0].id, at: Temporal.Instant.fromEpochMilliseconds(next[1].at) })
  // never longer than a minute at once: the clock may be set while it waits
  const wait = Math.min(Math.max(next[1].at - archive.now().getTime(), 0), 60_000)
  await sleep(wait, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
