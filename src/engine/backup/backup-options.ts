import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { WriterStats } from '../writer.ts'

export interface BackupOptions {
  /** By default the repository's. */
  readonly hostname?: string
  readonly tags?: readonly string[]
  /** By default now. */
  readonly time?: Date
  /** restic's patterns: see files/exclusion.ts. */
  readonly excludes?: readonly string[]
  /**
   * Stores relative paths as restic does: `src` as `/src`, wherever it lies, and `../../src` too; what is in `.` takes its place.
   * By default paths are resolved: `src` is stored with all folders above it.
   */
  readonly keepRelative?: boolean
  /** Reads every file, even those that the last snapshot of the same paths has unchanged. */
  readonly force?: boolean
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

export interface BackupResult extends BackupProgress, WriterStats {
  readonly snapshot: string
  readonly tree: string
  /** Files that were not read: the parent has them unchanged. */
  readonly unchanged: number
}
