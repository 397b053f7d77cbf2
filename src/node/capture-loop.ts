import { setTimeout as sleep } from 'node:timers/promises'
import type { Archive } from '../archive/archive.ts'
import { type SweepOptions, type SweepResult, sweep } from '../archive/sweep.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import { DueItems } from './due-items.ts'
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

/** After a sweep that could not store anything (a full disk, a locked repository) it is tried again after this many milliseconds. */
const troubleStep = 60_000

/** What was read waits for its commit for such a part of the shortest interval at most, and this many milliseconds at least. */
const commitShare = 8
const commitStep = 1_000

/**
 * Captures every item at once and then each at its interval, outside its quiet windows, until `signal` aborts. Where many
 * are due, those whose interval ends first go first, and a long sweep ends early for one that falls due meanwhile and
 * cannot wait for the rest. Trouble with the repository is reported as each item's failure, and the loop goes on.
 */
export async function captureLoop(archive: Archive, loop: CaptureLoop, signal: AbortSignal): Promise<void> {
  const { timezone } = archive.site
  const now = () => archive.now().getTime()
  const due = new DueItems(now, of => loop.intervals.of(of).interval)
  for (const of of loop.items) due.settle(of, now())
  while (!signal.aborted && loop.items.length > 0) {
    const instant = Temporal.Instant.fromEpochMilliseconds(now())
    const run = due.now().filter(of => {
      const end = quietEnd(of, instant, timezone)
      if (end !== null) due.settle(of, end.epochMilliseconds)
      return end === null
    })
    if (run.length === 0) await waitForNext(archive, loop, due, signal)
    else if (await sweepOrTell(archive, run, paced(archive, loop, due, run), signal)) await loop.onSwept()
    else for (const of of run) due.settle(of, now() + troubleStep)
  }
}

/** Settles when each item is due next as soon as its reading begins. */
function paced(archive: Archive, { intervals, sweep }: CaptureLoop, due: DueItems, run: readonly AssetItem[]) {
  const waiting = new Map(run.map(of => [of.id, of]))
  const unread = new Set(run)
  const begun = (item: string) => {
    const of = waiting.get(item)
    if (of === undefined) return
    unread.delete(of)
    const instant = Temporal.Instant.fromEpochMilliseconds(archive.now().getTime())
    due.settle(of, nextDue(of, intervals.of(of), instant, archive.site.timezone).epochMilliseconds)
  }
  const onStart = (item: string) => {
    begun(item)
    sweep.onStart(item)
  }
  const commitEvery = Math.min(sweep.commitEvery, Math.max(commitStep, due.shortestInterval() / commitShare))
  return { ...sweep, onStart, commitEvery, mayBegin: due.mayBegin(unread) }
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

async function waitForNext(archive: Archive, loop: CaptureLoop, due: DueItems, signal: AbortSignal): Promise<void> {
  const next = due.next()
  if (next === null) return
  loop.onWait({ item: next.item.id, at: Temporal.Instant.fromEpochMilliseconds(next.at) })
  // never longer than a minute at once: the clock may be set while it waits
  const wait = Math.min(Math.max(next.at - archive.now().getTime(), 0), 60_000)
  await sleep(wait, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
