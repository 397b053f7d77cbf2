/** The kinds of file in a restic repository; a local one keeps them in `config`, `keys/`, `locks/`, `snapshots/`, `index/`, `data/`. */
export type FileKind = 'config' | 'key' | 'lock' | 'snapshot' | 'index' | 'pack'

export interface StoredFile {
  readonly name: string
  readonly bytes: number
  /** The storage's own id of these very bytes, where it keeps versions (S3): a later overwrite cannot take their place. */
  readonly version?: string
}

export interface Range {
  readonly offset: number
  readonly length: number
}

/** A file that is being written, and whose name is known at its end only: the SHA-256 of its content. Calls follow one another. */
export interface Upload {
  /** Adds bytes. They belong to the caller again once the promise resolves. */
  append(bytes: Uint8Array): Promise<void>
  /** As `Backend.write`: afterwards the file is there under that name and survives a power cut, or nothing has changed. */
  finish(name: string): Promise<StoredFile>
  /** Gives the file up, and takes away what was written; does nothing after `finish`. Never rejects. */
  discard(): Promise<void>
}

/**
 * Where repository bytes live. Names are lower-case hexadecimal SHA-256 digests, but for the one `config` file, whose
 * name is `config`. A file, once written, never changes.
 *
 * Every call may throw `storage`, and over a network `unreachable`, `login-refused`, `host-key`, `permission`, `refused`,
 * `timeout`, `connection-lost` or `protocol`, with `retry` where the same call may succeed a moment later. An aborted
 * signal ends a call at once, also one that hangs; what it throws then is the signal's reason. Disposing ends idle
 * connections; between calls nothing here keeps the process running, disposed of or not.
 */
export interface Backend extends AsyncDisposable {
  /** Where this is, for a person: a path or an address, never with a password in it. */
  readonly location: string
  /** Requests that are worth having under way at the same time. */
  readonly atOnce: number
  /** True where an upload lies in memory until `finish`: each one that is open costs its size. */
  readonly holdsUploads: boolean
  /**
   * True where a broken connection ends no upload: an `append` or a `finish` that threw with `retry` may be called again with
   * the same arguments, and goes on where the storage has it, or throws without `retry` where it has lost what it had.
   */
  readonly resumesUploads?: true
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
   * A file from byte `from` (0: the whole of it) to its end, piece by piece, so that memory need not hold it. A piece is
   * valid until the next one is asked for. Throws as `read`; nothing is given where `from` is the file's length.
   */
  stream(kind: FileKind, name: string, from: number, signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * Writes a whole file, atomically; when the promise resolves it survives a power cut. Idempotent: writing a name
   * again with the same bytes succeeds. Throws `disk-full` or `storage`, and then nothing under that name has changed.
   */
  write(kind: FileKind, name: string, parts: readonly Uint8Array[], signal: AbortSignal): Promise<StoredFile>
  /** Begins a file. Where the storage wants the name or a checksum first, the bytes are held in memory until `finish`. */
  upload(kind: FileKind, signal: AbortSignal): Promise<Upload>
  /** Removes a file; one that is missing is no error. */
  remove(kind: FileKind, name: string, signal: AbortSignal): Promise<void>
}
