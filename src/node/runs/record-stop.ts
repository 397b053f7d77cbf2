import type { Archive } from '../../archive/archive.ts'
import { BlackstartError } from '../../errors.ts'
import type { Run } from './run.ts'

/** Journals, as that of the archive's actor, that a run was stopped. */
export async function recordStop(archive: Archive, run: Run): Promise<void> {
  const { id, item, does, begun: at, version } = run
  const event = { type: 'stopped', item, does, run: id, at, version } as const
  try {
    await archive.record.add([event], new AbortController().signal)
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    const { code, facts, retry, message } = error
    throw new BlackstartError(
      code,
      `${item}: the run was stopped, but the journal could not note who stopped it. ${message}`,
      { facts, retry, cause: error },
    )
  }
}
