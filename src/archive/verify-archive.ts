import path from 'node:path'
import { type CheckOptions, type CheckReport, check } from '../engine/check.ts'
import type { Repository } from '../engine/repository.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { beginsWith, type Journal } from './journal.ts'
import { nodeAsset } from './node-items.ts'
import { type Reconciled, type RefusedSnapshot, reconcile } from './reconcile.ts'
import { missingFrom, recordVerification, versionKey } from './record-verification.ts'
import { soundTrees } from './sound-trees.ts'
import type { PlaceReport } from './verify-place.ts'
import { openStoredFile } from './version-entries.ts'

export interface JournalReport {
  readonly lines: number
  readonly problem: string | null
}

export interface ArchiveReport {
  readonly repository: CheckReport
  readonly versions: Reconciled
  readonly journal: JournalReport
  /** The place of the repository itself. */
  readonly place: PlaceReport
  readonly sound: boolean
}

/**
 * Verifies the repository, that it holds every version that the record knows, and the journal's chain; and records what
 * was found, unless the journal itself is broken.
 */
export async function verifyArchive(
  archive: Archive,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<ArchiveReport> {
  // a prune beside it would look like damage
  await using _lock = await archive.repository.lockForReading(signal)
  // what is captured beside it is not verified by it
  const present = await snapshotNames(archive, signal)
  const checked = await check(archive.repository, options, signal)
  const versions = await reconcile(archive, signal)
  const repository = { ...checked, problems: [...checked.problems, ...versions.refused.map(refusal)] }
  const own = await verifyJournal(archive.record.journal, signal)
  const journal = own.problem === null ? { ...own, problem: await cutOff(archive, signal) } : own
  const sound = repository.problems.length === 0 && versions.lost.length === 0 && journal.problem === null
  const errors = repository.problems.length + versions.lost.length
  const held = await heldVersions(archive, present, checked.problems, signal)
  const place = archive.site.places[0]?.id ?? ''
  const verification = { place, readData: options.readData, errors, held }
  const behind =
    journal.problem === null
      ? await recordVerification(archive, verification, signal)
      : await missingFrom(archive, held)
  const ofPlace = { place, state: 'verified', versions: held.size, errors, behind, problems: [], note: null } as const
  return { repository, versions, journal, place: ofPlace, sound }
}

async function snapshotNames(archive: Archive, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for await (const { name } of archive.repository.backend.list('snapshot', signal)) names.add(name)
  return names
}

/** Every version that was there before the check, and that none of its problems touches. */
async function heldVersions(
  { record: { catalog }, repository }: Archive,
  present: ReadonlySet<string>,
  problems: CheckReport['problems'],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const isSound = soundTrees(repository, problems, signal)
  const held = new Set<string>()
  for (const [id, { item, version, tree }] of await catalog.snapshots()) {
    if (!present.has(id)) continue
    // an old line of the journal does not tell the tree
    const snapshot =
      tree === null && problems.length > 0 ? await readable(repository, id, signal) : { tree: tree ?? '' }
    if (snapshot !== null && (await isSound({ id, tree: snapshot.tree }))) held.add(versionKey(item, version))
  }
  return held
}

async function readable(repository: Repository, id: string, signal: AbortSignal): Promise<Snapshot | null> {
  try {
    return await repository.snapshot(id, signal)
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return null
    throw error
  }
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
export async function verifyJournal(journal: Journal, signal: AbortSignal): Promise<JournalReport> {
  let lines = 0
  try {
    for await (const _ of journal.lines(null)) {
      signal.throwIfAborted()
      lines += 1
    }
    return { lines, problem: null }
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return { lines, problem: error.message }
    throw error
  }
}
