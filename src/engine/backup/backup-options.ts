import type { GroupField } from '../browse/group-snapshots.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { WriterStats } from '../writer.ts'

export interface BackupOptions {
  /** By default the repository's. */
  readonly hostname?: string
  readonly tags?: readonly string[]
  /** By default now. */
  readonly time?: Date
  /** What it is compared with; by default the newest of those that are not newer than it and that `parentBy` finds. */
  readonly parent?: Snapshot
  /** What a parent has in common with it: by default the host and all of the paths. */
  readonly parentBy?: readonly GroupField[]
  /** restic's patterns of what is left out, of absolute paths: `*.bak`, `/var/log`. */
  readonly excludes?: readonly string[]
  /** The same, whatever the case of letters. */
  readonly insensitiveExcludes?: readonly string[]
  /** Leaves out files of more bytes. */
  readonly excludeLargerThan?: number
  /** Leaves out what lies beside a file `NAME`, or beside one that begins as in `NAME:BEGINNING`, but for that file. */
  readonly excludeIfPresent?: readonly string[]
  /** The same for folders that a `CACHEDIR.TAG` marks. */
  readonly excludeCaches?: boolean
  /** Leaves out what lies in other file systems than the paths that were given. */
  readonly oneFileSystem?: boolean
  /** Takes a file for unchanged though it has another change time. */
  readonly ignoreCtime?: boolean
  /** The same for the inode's number, and the change time with it. */
  readonly ignoreInode?: boolean
  /** Stores access times. By default the modification time takes their place: else each reading made a new tree. */
  readonly withAtime?: boolean
  /**
   * Stores relative paths as restic does: `src` as `/src`, wherever it lies, and `../../src` too; what is in `.` takes its place.
   * By default paths are resolved: `src` is stored with all folders above it.
   */
  readonly keepRelative?: boolean
  /** Reads every file, even those that are unchanged since the parent: there is none then. */
  readonly force?: boolean
  /** Writes no snapshot where the parent has the same tree. */
  readonly skipIfUnchanged?: boolean
  /** Writes nothing, not even a lock; reads and compresses all the same, so that the result tells what would be added. */
  readonly dryRun?: boolean
  /** A shared one at least, held until this returns; by default one is taken. */
  readonly lock?: RepositoryLock
  /** Written into the snapshot: `blackstart 0.1.0`. */
  readonly programVersion?: string
  readonly onProgress?: (progress: BackupProgress) => void
  /** A file that could not be read, or vanished; the rest goes on. */
  readonly onError?: (path: string, error: unknown) => void
}

export interface BackupProgress {
  readonly files: number
  readonly folders: number
  readonly bytes: number
  readonly failed: number
}

export interface BackupCounts extends BackupProgress {
  /** Files that were not read: the parent has them unchanged. */
  readonly unchanged: number
  /** Files that the parent has otherwise. */
  readonly changed: number
  /** Folders that the parent has just so, with all that is in them. */
  readonly foldersUnchanged: number
  /** Folders that the parent has otherwise. */
  readonly foldersChanged: number
}

export interface BackupResult extends BackupCounts, WriterStats {
  /** With `isSkipped` the parent's. */
  readonly snapshot: string
  /** No snapshot was written, for the parent has the same tree: see `skipIfUnchanged`. */
  readonly isSkipped: boolean
  readonly tree: string
}
