import type { Archive } from '../../archive/archive.ts'
import type { JournalEvent } from '../../archive/journal-event.ts'
import { BlackstartError } from '../../errors.ts'
import type { Run } from './run.ts'

/** Journals, as that of the archive's actor, that a run was stopped. */
export async function recordStop(archive: Archive, { id, item, does, begun: at, version }: Run): Promise<void> {
  await noted(archive, { type: 'stopped', item, does, run: id, at, version }, `${item}: the run`)
}

/** The same of a verification or a drill. */
export async function recordCutShort(archive: Archive, what: CutShort['what'], begun: string): Promise<void> {
  await noted(archive, { type: 'cut-short', what, begun }, `The ${what}`)
}

type CutShort = Extract<JournalEvent, { type: 'cut-short' }>

async function noted(archive: Archive, event: JournalEvent, what: string): Promise<void> {
  try {
    await archive.record.add([event], new AbortController().signal)
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    const { code, facts, retry, message } = error
    throw new BlackstartError(code, `${what} was stopped, but the journal could not note who stopped it. ${message}`, {
      facts,
      retry,
      cause: error,
    })
  }
}
