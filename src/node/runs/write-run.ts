import type { Archive } from '../../archive/archive.ts'
import { findVersion } from '../../archive/find-version.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import type { Run, RunReason } from './run.ts'
import type { RunBook } from './run-book.ts'
import { endOf } from './run-end.ts'
import { type WriteBack, writeBack } from './write-back.ts'

export interface WriteRunParts {
  readonly book: RunBook
  readonly scheduler: Scheduler
  /** What is recorded through it is recorded as that of whoever asked. */
  readonly archive: () => Archive
  /** Aborts when the node ends. */
  readonly ended: AbortSignal
}

export interface AskedWrite {
  readonly of: AssetItem
  readonly version: string
  readonly by: RunReason
  readonly terms: Pick<WriteBack, 'withoutSafety' | 'reason'>
}

/** Writes a version back to its device as a run, once nothing else is read there; `ended` never rejects. */
export function writeRun(parts: WriteRunParts, asked: AskedWrite): { run: Run; ended: Promise<Run> } {
  const { book } = parts
  const { of, version, by: reason } = asked
  const run = book.add({ item: of.id, does: 'write', reason, expectedBytes: null, version })
  book.note(run, true)
  const stop = book.stoppable(run.id)
  const failed = (error: unknown) => book.end(run.id, { ...endOf(error, stop), version })
  return { run, ended: write(parts, run, asked, stop).catch(failed) }
}

async function write(parts: WriteRunParts, { id }: Run, asked: AskedWrite, stop: AbortSignal): Promise<Run> {
  const { book, scheduler, ended } = parts
  const { of, version, terms } = asked
  using _device = await scheduler.reserve(of, AbortSignal.any([stop, ended]))
  const archive = parts.archive()
  const found = await findVersion(archive.record, of.id, version)
  const begun = book.enter(id, 'reading')
  if (begun !== null) book.note({ ...begun, version: found.id }, true)
  const onState = (state: Run['state']) => {
    // nobody stops half way what changes a machine
    if (state === 'writing') book.settle(id)
    book.enter(id, state)
  }
  await writeBack(archive, of, found, { ...terms, onState }, stop)
  return book.end(id, { outcome: 'written', version: found.id, error: null })
}
