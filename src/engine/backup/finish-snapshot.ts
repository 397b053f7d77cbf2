import type { Stored } from '../pack/stored.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { formatTime } from '../tree/go-time.ts'
import type { Writer, WriterStats } from '../writer.ts'
import type { BackupCounts, BackupOptions, BackupResult } from './backup-options.ts'

interface StoredTree {
  readonly start: Date
  /** The snapshot's. */
  readonly time: Date
  readonly tree: string
  readonly paths: readonly string[]
  readonly hostname: string
  readonly parent: Snapshot | null
}

/** Writes the snapshot of a tree whose blobs are stored, unless it is to be left out; all is durable afterwards. */
export async function finishSnapshot(
  repository: Repository,
  writer: Writer,
  stored: StoredTree,
  counts: BackupCounts,
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupResult> {
  const { tree, paths, hostname, parent } = stored
  const { files, folders, bytes, failed, unchanged, changed, foldersUnchanged, foldersChanged } = counts
  const isSkipped = options.skipIfUnchanged === true && parent !== null && parent.tree === tree
  const summary = summaryOf(stored.start, repository.now(), counts, writer.stats)
  const snapshot = isSkipped
    ? parent.id
    : writer.addSnapshot({
        ...{ time: timeOf(stored.time), tree, paths, hostname, username: repository.username, summary },
        ...{ tags: options.tags ?? [], uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
        ...(parent === null ? {} : { parent: parent.id }),
        ...(options.excludes === undefined ? {} : { excludes: options.excludes }),
        programVersion: options.programVersion ?? 'blackstart',
      })
  await writer.commit(signal)
  const counted = { files, folders, bytes, failed, unchanged, changed, foldersUnchanged, foldersChanged }
  return { snapshot, isSkipped, tree, ...counted, ...writer.stats }
}

function timeOf(date: Date): string {
  return formatTime(BigInt(date.getTime()) * 1_000_000n)
}

function summaryOf(start: Date, end: Date, counts: BackupCounts, stats: WriterStats): Record<string, unknown> {
  return {
    ...{ backup_start: timeOf(start), backup_end: timeOf(end), ...resticCounts({ ...counts, ...stats }) },
    ...{ total_files_processed: counts.files, total_bytes_processed: counts.bytes },
  }
}

/** By restic's names. */
export function resticCounts(counts: BackupCounts & Stored): Record<string, number> {
  const { files, unchanged, changed, folders, foldersUnchanged, foldersChanged } = counts
  const { newBlobs, newTrees, newBytes, packedBytes } = counts
  return {
    ...{ files_new: files - unchanged - changed, files_changed: changed, files_unmodified: unchanged },
    dirs_new: folders - foldersUnchanged - foldersChanged,
    ...{ dirs_changed: foldersChanged, dirs_unmodified: foldersUnchanged },
    ...{ data_blobs: newBlobs - newTrees, tree_blobs: newTrees, data_added: newBytes, data_added_packed: packedBytes },
  }
}
