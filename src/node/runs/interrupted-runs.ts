import type { Archive } from '../../archive/archive.ts'
import type { JournalEvent } from '../../archive/journal-event.ts'
import type { Facts } from '../../policy/facts.ts'
import { findItem } from '../../site/item-lookup.ts'
import type { RunReason } from './run.ts'
import type { OpenRun, RunStore } from './run-store.ts'

export interface RunToAsk {
  readonly item: string
  readonly reason: RunReason
  readonly ignoreQuiet: boolean
}

export interface TakenOver {
  readonly runs: readonly RunToAsk[]
  /** Of the store. */
  readonly ids: readonly string[]
}

/**
 * What the node had begun, or was asked for, when it ended. What had begun and left no result is marked as interrupted; that,
 * and what had not begun, is returned to be done now, once an item. A write-back is never done again by itself: what its device
 * holds is captured. The store still holds them: `remove` them once they were asked for again.
 */
export async function takeOverRuns(archive: Archive, store: RunStore, facts: Facts): Promise<TakenOver> {
  const left = store.all().filter(({ item }) => findItem(archive.site, item) !== null)
  const writes = await writesNoted(archive, left)
  const unknown = left.filter(run => !hasResult(run, facts, writes))
  const events = unknown.flatMap((run): JournalEvent[] => {
    const { item, does, begun, version } = run
    return begun === null ? [] : [{ type: 'interrupted', item, does, at: begun, version }]
  })
  await archive.record.add(events, new AbortController().signal)
  const asked = unknown.map(({ item, does, begun, reason, ignoreQuiet }) => {
    const isAsked = reason.kind === 'person' || reason.kind === 'trigger'
    const again: RunReason = does === 'capture' && (begun === null || isAsked) ? reason : { kind: 'catch-up' }
    return { item, reason: again, ignoreQuiet: does === 'write' || ignoreQuiet }
  })
  return { runs: [...new Map(asked.map(run => [run.item, run])).values()], ids: store.all().map(({ id }) => id) }
}

/** Items that were written to, with the times, as far as one of the runs may be among them. */
async function writesNoted(
  archive: Archive,
  left: readonly OpenRun[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const begun = left.flatMap(run => (run.does === 'write' && run.begun !== null ? [run.begun] : []))
  const noted = new Map<string, string[]>()
  const oldest = begun.sort()[0]
  if (oldest === undefined) return noted
  for await (const { line } of archive.record.journal.lines(null)) {
    const { event, time } = line
    if (time < oldest || event.type !== 'restored' || event.to !== 'device') continue
    noted.set(event.item, [...(noted.get(event.item) ?? []), time])
  }
  return noted
}

/** The crash came after the journal had its result, and before the run was seen to have ended. */
function hasResult(
  { item, does, begun }: OpenRun,
  facts: Facts,
  writes: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (begun === null) return false
  if (does === 'write') return (writes.get(item) ?? []).some(time => time >= begun)
  const known = facts.items.get(item)
  const times = [known?.lastConfirmed, known?.failure?.time].filter(time => time !== null && time !== undefined)
  return times.some(time => time.epochMilliseconds >= Date.parse(begun))
}
