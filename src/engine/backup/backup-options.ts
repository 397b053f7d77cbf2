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
  /** restic's patterns: see files/exclusion.ts. */
  readonly excludes?: readonly string[]
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
}

export interface BackupResult extends BackupCounts, WriterStats {
  /** With `isSkipped` the parent's. */
  readonly snapshot: string
  /** No snapshot was written, for the parent has the same tree: see `skipIfUnchanged`. */
  readonly isSkipped: boolean
  readonly tree: string
}
