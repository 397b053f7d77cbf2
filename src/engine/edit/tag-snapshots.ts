import { atOnce } from '../browse/at-once.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { replaceSnapshot } from './save-snapshot.ts'

export interface TagChange {
  /** In place of all that there are. */
  readonly set?: readonly string[]
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

/** A snapshot that another one took the place of: its id changes with what it says. */
export interface ChangedSnapshot {
  readonly before: Snapshot
  readonly after: string
}

/**
 * Changes the tags of snapshots: yields each that was not so already, in their order. The first id that it had stays in its field
 * `original`. `lock` is an exclusive one.
 */
export async function* tagSnapshots(
  repository: Repository,
  lock: RepositoryLock,
  snapshots: Iterable<Snapshot>,
  change: TagChange,
  signal: AbortSignal,
): AsyncGenerator<ChangedSnapshot> {
  const tag = async (before: Snapshot): Promise<ChangedSnapshot | null> => {
    const tags = changedTags(before.tags, change)
    if (tags.length === before.tags.length && tags.every((each, i) => each === before.tags[i])) return null
    const fields = { tags, original: before.original ?? before.id }
    return { before, after: await replaceSnapshot(repository, lock, before, fields, signal) }
  }
  for await (const changed of atOnce(snapshots, repository.backend.atOnce, tag)) if (changed !== null) yield changed
}

function changedTags(tags: readonly string[], { set, add = [], remove = [] }: TagChange): readonly string[] {
  const kept = new Set(set ?? tags)
  for (const tag of add) kept.add(tag)
  for (const tag of remove) kept.delete(tag)
  return [...kept]
}
