import path from 'node:path'
import { type CheckOptions, type CheckReport, check } from '../engine/check.ts'
import { BlackstartError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { beginsWith, type Journal } from './journal.ts'
import { nodeAsset } from './node-items.ts'
import { type Reconciled, type RefusedSnapshot, reconcile } from './reconcile.ts'
import { openStoredFile } from './version-entries.ts'

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
  // a prune beside it would look like damage
  await using _lock = await archive.repository.lockForReading(signal)
  const checked = await check(archive.repository, options, signal)
  const versions = await reconcile(archive, signal)
  const repository = { ...checked, problems: [...checked.problems, ...versions.refused.map(refusal)] }
  const own = await verifyJournal(archive.record.journal)
  const journal = own.problem === null ? { ...own, problem: await cutOff(archive, signal) } : own
  const sound = repository.problems.length === 0 && versions.lost.length === 0 && journal.problem === null
  return { repository, versions, journal, sound }
}

function refusal({ snapshot, item, version, why }: RefusedSnapshot): CheckReport['problems'][number] {
  const file = `snapshots/${snapshot}`
  const message = `it claims to be ${item}@${version}, but ${why}. It counts for nothing; find out who wrote it.`
  return { kind: 'snapshot', file, message }
}

/** What the journal lacks against its newest copy in the repository; null for nothing. */
async function cutOff(archive: Archive, signal: AbortSignal): Promise<string | null> {
  const newest = await archive.record.catalog.latest(`${nodeAsset}/journal`)
  if (newest === null || newest.snapshot === null) return null
  const file = archive.paths.journal
  try {
    const copy = openStoredFile(archive, newest, path.basename(file), signal)
    if (await beginsWith(file, copy)) return null
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return null // the repository's trouble: check tells
    throw error
  }
  return `The journal ${file} is not the one that ${newest.id} of ${nodeAsset}/journal is a copy of: it was cut off, replaced or written anew. Bring the copy back: blackstart catalog rebuild`
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
