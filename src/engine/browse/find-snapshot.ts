import { BlackstartError } from '../../errors.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { atOnce } from './at-once.ts'
import { findFile } from './find-file.ts'
import { latestSnapshot, oldestFirst, readSnapshots, type SnapshotQuery } from './read-snapshots.ts'
import type { SnapshotFilter } from './snapshot-filter.ts'

export interface SnapshotPlace {
  readonly snapshot: Snapshot
  /** What follows the colon of `ID:PATH`; `/` where nothing does. */
  readonly path: string
}

/**
 * The snapshot that a word means: an id, the beginning of one, or `latest`, which is the newest that passes the filter;
 * each may be followed by `:PATH`. Throws `not-found`, or `usage` where it begins several ids.
 */
export async function findSnapshot(
  repository: Repository,
  word: string,
  filter: SnapshotFilter,
  signal: AbortSignal,
): Promise<SnapshotPlace> {
  const colon = word.indexOf(':')
  const id = colon < 0 ? word : word.slice(0, colon)
  const path = `/${colon < 0 ? '' : word.slice(colon + 1)}`.replace(/\/+/g, '/')
  return { snapshot: await found(repository, id, filter, signal), path }
}

async function found(
  repository: Repository,
  word: string,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<Snapshot> {
  if (word !== 'latest') {
    return await repository.snapshot(await findFile(repository.backend, 'snapshot', word, signal), signal)
  }
  const latest = await latestSnapshot(repository, query, signal).catch(cannotTellLatest)
  if (latest !== null) return latest
  throw new BlackstartError('not-found', `${repository.backend.location}: there is no such snapshot.`)
}

/** The damaged one may be the latest: another one is not taken for it. */
function cannotTellLatest(error: unknown): never {
  if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
  const sentence = `${error.message} Until then nobody can tell which snapshot is the latest: name one by its id.`
  throw new BlackstartError('integrity', sentence, { facts: error.facts, cause: error })
}

/**
 * The snapshots that these words mean, or, without words, every one that passes the filter; each once, oldest first.
 * Throws as `findSnapshot`.
 */
export async function selectSnapshots(
  repository: Repository,
  words: readonly string[],
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const find = (word: string) => found(repository, word, query, signal)
  const read =
    words.length === 0
      ? readSnapshots(repository, query, signal)
      : atOnce(new Set(words), repository.backend.atOnce, find)
  const snapshots = new Map<string, Snapshot>()
  for await (const snapshot of read) snapshots.set(snapshot.id, snapshot)
  return oldestFirst(snapshots.values())
}
