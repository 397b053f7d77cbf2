import { type CheckOptions, type CheckReport, check } from '../engine/check.ts'
import { BlackstartError } from '../errors.ts'
import type { Archive } from './archive.ts'
import type { Journal } from './journal.ts'
import { type Reconciled, reconcile } from './reconcile.ts'

export interface JournalReport {
  readonly lines: number
  readonly problem: string | null
}

export interface ArchiveReport {
  readonly repository: CheckReport
  readonly versions: Reconciled
  readonly journal: JournalReport
  readonly sound: boolean
}

/** Verifies the repository, that it holds every version that the record knows, and the journal's chain. */
export async function verifyArchive(
  archive: Archive,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<ArchiveReport> {
  const repository = await check(archive.repository, options, signal)
  const versions = await reconcile(archive, signal)
  const journal = await verifyJournal(archive.record.journal)
  const sound = repository.problems.length === 0 && versions.lost.length === 0 && journal.problem === null
  return { repository, versions, journal, sound }
}

/** Reads the journal from its first line to its last. */
export async function verifyJournal(journal: Journal): Promise<JournalReport> {
  let lines = 0
  try {
    for await (const _ of journal.lines(null)) lines += 1
    return { lines, problem: null }
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return { lines, problem: error.message }
    throw error
  }
}
