/** The kinds of file in a restic repository; a local one keeps them in `config`, `keys/`, `locks/`, `snapshots/`, `index/`, `data/`. */
export type FileKind = 'config' | 'key' | 'lock' | 'snapshot' | 'index' | 'pack'

export interface StoredFile {
  readonly name: string
  readonly bytes: number
}

export interface Range {
  readonly offset: number
  readonly length: number
}

/**
 * Where repository bytes live. Names are lower-case hexadecimal SHA-256 digests, but for the one `config` file, whose
 * name is `config`. A file, once written, never changes.
 */
export interface Backend {
  /** Where this is, for a person: a path or an address, never with a password in it. */
  readonly location: string
  /** Prepares an empty place; does nothing where it is prepared. Throws `storage` where it cannot be. */
  create(signal: AbortSignal): Promise<void>
  /** Every file of a kind, in no order; nothing for a folder that is missing. Temporary files are not listed. */
  list(kind: FileKind, signal: AbortSignal): AsyncIterable<StoredFile>
  /** Null where there is no such file. */
  stat(kind: FileKind, name: string, signal: AbortSignal): Promise<StoredFile | null>
  /**
   * The file, or exactly `range` of it. Throws `not-found` when it is missing, `integrity` when it is shorter than the
   * range asks, `storage` for all else.
   */
  read(kind: FileKind, name: string, range: Range | null, signal: AbortSignal): Promise<Uint8Array>
  /**
   * Writes a whole file, atomically; when the promise resolves it survives a power cut. Idempotent: writing a name
   * again with the same bytes succeeds. Throws `disk-full` or `storage`, and then nothing under that name has changed.
   */
  write(kind: FileKind, name: string, parts: readonly Uint8Array[], signal: AbortSignal): Promise<void>
  /** Removes a file; one that is missing is no error. */
  remove(kind: FileKind, name: string, signal: AbortSignal): Promise<void>
}
