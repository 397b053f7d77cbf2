import type { MetadataPart } from '../files/set-metadata.ts'
import type { Failure } from '../workers/messages.ts'
import type { FileColumns } from './restored-file.ts'

/** Blobs, in columns: `numbers` has four for each. */
export interface BlobColumns {
  readonly ids: readonly string[]
  readonly numbers: Float64Array
}

/** Where a blob's bytes are: in which range, from where, how many; its plain length, or one of these. */
export const blobWords = 4
/** It is not compressed. */
export const notCompressed = -1
/** The bytes are its verified plain content. */
export const plainAlready = -2

/** Numbers of a piece: the blob, the file, and the offset in it. */
export const pieceWords = 3

/** Work of one thread: blobs that are opened, checked and written to their places in files, and files that are whole then. */
export interface Unit {
  readonly kind: 'unit'
  readonly files: FileColumns
  readonly ranges: readonly Uint8Array[]
  readonly blobs: BlobColumns
  /** In the order of the blobs. */
  readonly pieces: Float64Array
}

export interface FileFailure {
  /** Its number in the unit. */
  readonly file: number
  readonly failure: Failure
}

/** A part of the metadata that the file system, or the system, does not take. */
export interface MetadataLimit {
  readonly file: number
  readonly part: MetadataPart
  readonly reason: string
}

export interface UnitResult {
  readonly failures: readonly FileFailure[]
  readonly limits: readonly MetadataLimit[]
  /** Files that would have ended, but for damaged blobs, and of which something was written. */
  readonly begun: readonly number[]
  /** Blobs, by their number in the unit, that are not what they should be: nothing of them was written. */
  readonly damaged: readonly { readonly blob: number; readonly problem: string }[]
  /** Bytes written. */
  readonly written: number
}
