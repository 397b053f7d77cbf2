import type { BackupProgress, BackupResult } from '../../../engine/backup/backup-options.ts'
import { resticCounts } from '../../../engine/backup/finish-snapshot.ts'
import { bytesText, plural } from '../../words.ts'

export interface BackupError {
  readonly path: string
  readonly message: string
}

interface Ended {
  readonly dryRun: boolean
  /** Milliseconds. */
  readonly elapsed: number
  readonly errors: readonly BackupError[]
}

/** Ours, and restic's summary as far as the figures are known. */
export function resultJson(result: BackupResult, { dryRun, elapsed, errors }: Ended): unknown {
  const { snapshot, isSkipped, files, bytes } = result
  return {
    ...{ message_type: 'summary', ...result, errors },
    ...resticCounts(result),
    ...{ total_files_processed: files, total_bytes_processed: bytes, total_duration: elapsed / 1000 },
    ...(dryRun && { dry_run: true }),
    ...(!isSkipped && { snapshot_id: snapshot }),
  }
}

export function resultText(result: BackupResult, dryRun: boolean): string {
  const { snapshot, isSkipped, files, folders, bytes, storedBytes } = result
  const read = [plural(files, 'file'), plural(folders, 'folder'), bytesText(bytes)].join(', ')
  const id = snapshot.slice(0, 8)
  if (isSkipped) return `${read}: all as in snapshot ${id}; no other was written`
  return dryRun
    ? `${read}; would add ${bytesText(storedBytes)}. Nothing was written.`
    : `snapshot ${id}: ${read}; added ${bytesText(storedBytes)}`
}

/** `12,345 files, 1.2 GB, 85 MB/s`. `elapsed` in milliseconds; there is no rate in the first half second. */
export function progressText({ files, bytes }: BackupProgress, elapsed: number): string {
  const rate = elapsed < 500 ? [] : [`${bytesText(Math.round((bytes / elapsed) * 1000))}/s`]
  return [`${files.toLocaleString('en-US')} ${files === 1 ? 'file' : 'files'}`, bytesText(bytes), ...rate].join(', ')
}
