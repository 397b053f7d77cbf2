import type { Snapshot } from '../snapshot/snapshot.ts'
import type { RestoreOptions } from './restore-options.ts'
import { isFiltered } from './selection.ts'

/** Regular files, and bytes of their content. */
export interface RestoreAmount {
  readonly files: number
  readonly bytes: number
}

/** How far a restore is. */
export interface RestoreProgress extends RestoreAmount {
  /** Files that are done with: written, right before, left as they were, or failed. */
  readonly files: number
  /** Content that is in its place, also of files that are not whole yet. */
  readonly bytes: number
  /** What it comes to in the end; null while that is not known, where a part of a snapshot is restored. */
  readonly total: RestoreAmount | null
}

/** Counts how far a restore is; one object that goes on counting. */
export class ProgressCount implements RestoreProgress {
  files = 0
  bytes = 0
  #found = { files: 0, bytes: 0 }
  #expected: RestoreAmount | null

  /** `expected`: what the snapshot says of itself. */
  constructor(expected: RestoreAmount | null) {
    this.#expected = expected
  }

  get total(): RestoreAmount | null {
    if (this.#expected === null) return null
    const { files, bytes } = this.#expected
    return { files: Math.max(files, this.#found.files), bytes: Math.max(bytes, this.#found.bytes) }
  }

  /** A file that is to be restored. */
  found(bytes: number): void {
    this.#found.files += 1
    this.#found.bytes += bytes
  }

  /** After the last one. */
  foundAll(): void {
    this.#expected = this.#found
  }

  /** Content of a file that is not done with. */
  placed(bytes: number): void {
    this.bytes += bytes
  }

  /** `bytes`: those of the file that were not told as placed. */
  ended(bytes: number): void {
    this.files += 1
    this.bytes += bytes
  }
}

/** What a snapshot says that it holds, where all of it is restored; null where it says nothing. */
export function expectedOf({ paths, summary }: Snapshot, options: RestoreOptions): RestoreAmount | null {
  const from = `/${(options.path ?? '').split('/').filter(Boolean).join('/')}`
  const isWhole = from === '/' || paths.every(path => path === from || path.startsWith(`${from}/`))
  const [files, bytes] = [summary?.total_files_processed, summary?.total_bytes_processed]
  if (!isWhole || isFiltered(options) || !isCount(files) || !isCount(bytes)) return null
  return { files, bytes }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
