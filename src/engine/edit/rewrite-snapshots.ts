import { BlackstartError } from '../../errors.ts'
import type { LockMode, RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { openWriter, type Writer } from '../writer.ts'
import { type RewrittenTree, TreeRewriter } from './rewrite-trees.ts'

/** The tag of snapshots that were written anew, where the one before stays: restic's. */
export const rewrittenTag = 'rewrite'

export interface RewriteOptions {
  /** Whether an entry is left out, with all below it. Null leaves the trees as they are. */
  readonly isExcluded: ((path: string) => boolean) | null
  readonly hostname?: string
  /** RFC 3339. */
  readonly time?: string
  /** Adds up files and bytes for snapshots that have no summary. */
  readonly summary?: boolean
  /** Removes the snapshots that others took the place of; otherwise the new ones get the tag `rewrite`. */
  readonly forget?: boolean
  readonly dryRun?: boolean
  /** Called for each entry that is left out, once where several snapshots have the same folder. */
  readonly onExclude?: (path: string) => void
}

export interface RewrittenSnapshot {
  readonly before: Snapshot
  /** The new one's id; null in a dry run. */
  readonly after: string | null
}

/** Snapshots that are written together: they share packs and an index. */
const together = 500

/**
 * Writes snapshots again without some of their content, or with other facts: yields each that was changed, once the new one is
 * safe and, where that is asked for, the old one removed. `lock` is an exclusive one where they are to be removed; a
 * dry run needs none.
 */
export async function* rewriteSnapshots(
  repository: Repository,
  lock: RepositoryLock | null,
  snapshots: readonly Snapshot[],
  options: RewriteOptions,
  signal: AbortSignal,
): AsyncGenerator<RewrittenSnapshot> {
  const { dryRun = false, forget = false, onExclude = () => undefined } = options
  const writing = dryRun ? null : demanded(lock, forget ? 'exclusive' : 'shared')
  await using writer = writing === null ? null : await openWriter(repository, writing, signal)
  const isExcluded = options.isExcluded ?? (() => false)
  const trees = new TreeRewriter(repository, { isExcluded, onExclude }, writer, signal)
  for (let from = 0; from < snapshots.length; from += together) {
    const changed: RewrittenSnapshot[] = []
    for (const before of snapshots.slice(from, from + together)) {
      const fields = await changedFields(before, options, trees)
      if (fields !== null)
        changed.push({ before, after: writer === null ? null : saved(writer, before, fields, forget) })
    }
    await writer?.commit(signal)
    for (const snapshot of changed) {
      if (forget && writing !== null) await removeOriginal(repository, writing, snapshot, signal)
      yield snapshot
    }
  }
}

function demanded(lock: RepositoryLock | null, mode: LockMode): RepositoryLock {
  if (lock === null) throw new BlackstartError('internal', 'Snapshots were to be rewritten without a lock.')
  lock.demand(mode)
  return lock
}

/** Null where nothing changes. */
async function changedFields(
  snapshot: Snapshot,
  { isExcluded, hostname, time, summary = false }: RewriteOptions,
  trees: TreeRewriter,
): Promise<Partial<Snapshot> | null> {
  const counts = isExcluded !== null || (summary && snapshot.summary === undefined)
  const rewritten = counts ? await trees.rewrite(snapshot.tree) : null
  const fields = {
    ...(rewritten === null || rewritten.tree === snapshot.tree ? {} : { tree: rewritten.tree }),
    ...(hostname === undefined || hostname === snapshot.hostname ? {} : { hostname }),
    ...(time === undefined || time === snapshot.time ? {} : { time }),
  }
  const added = summary && snapshot.summary === undefined
  if (Object.keys(fields).length === 0 && !added) return null
  if (rewritten === null) return fields
  return { ...fields, summary: { ...(snapshot.summary ?? emptySummary), ...totals(rewritten) } }
}

function totals({ files, bytes }: RewrittenTree): Readonly<Record<string, number>> {
  return { total_files_processed: files, total_bytes_processed: bytes }
}

/** What restic writes for a backup of which nobody knows how it went. */
const emptySummary = {
  ...{ backup_start: '0001-01-01T00:00:00Z', backup_end: '0001-01-01T00:00:00Z' },
  ...{ files_new: 0, files_changed: 0, files_unmodified: 0, dirs_new: 0, dirs_changed: 0, dirs_unmodified: 0 },
  ...{ data_blobs: 0, tree_blobs: 0, data_added: 0, data_added_packed: 0 },
}

function saved(writer: Writer, { id, ...before }: Snapshot, fields: Partial<Snapshot>, forget: boolean): string {
  const tags = forget || before.tags.includes(rewrittenTag) ? before.tags : [...before.tags, rewrittenTag]
  return writer.addSnapshot({ ...before, ...fields, tags, original: id })
}

async function removeOriginal(
  repository: Repository,
  lock: RepositoryLock,
  { before, after }: RewrittenSnapshot,
  signal: AbortSignal,
): Promise<void> {
  await lock.assertHeld()
  if (after !== before.id) await repository.backend.remove('snapshot', before.id, AbortSignal.any([signal, lock.lost]))
}
