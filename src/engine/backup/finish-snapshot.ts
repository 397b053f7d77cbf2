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
  const { files, folders, bytes, failed, unchanged } = counts
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
  return { snapshot, isSkipped, tree, files, folders, bytes, failed, unchanged, ...writer.stats }
}

function timeOf(date: Date): string {
  return formatTime(BigInt(date.getTime()) * 1_000_000n)
}

/** The fields of restic's that are known here. */
function summaryOf(start: Date, end: Date, counts: BackupCounts, stats: WriterStats): Record<string, unknown> {
  const { files, folders, bytes, unchanged } = counts
  return {
    ...{ backup_start: timeOf(start), backup_end: timeOf(end) },
    ...{ files_new: files - unchanged, files_changed: 0, files_unmodified: unchanged },
    ...{ dirs_new: folders, dirs_changed: 0, dirs_unmodified: 0 },
    ...{ data_added: stats.newBytes, total_files_processed: files, total_bytes_processed: bytes },
  }
}
