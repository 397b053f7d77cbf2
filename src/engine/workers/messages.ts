import type { ErrorCode } from '../../errors.ts'
import { type ExclusionRules, noExclusion } from '../files/exclusion.ts'
import type { FileStat } from '../files/file-stat.ts'
import type { SharedBlobTable } from '../index/blob-table.ts'
import type { BlobType } from '../pack/pack-header.ts'
import type { Stored } from '../pack/stored.ts'
import type { Piece } from './piece-ring.ts'

/** What a worker gets before its first job. */
export interface WorkerSetup {
  /** JSON of the repository's key. */
  readonly key: string
  readonly polynomial: bigint
  readonly known: SharedBlobTable
  readonly claims: SharedBlobTable
  readonly ring: SharedArrayBuffer
  readonly rules: FolderRules
}

/** How folders are stored. */
export interface FolderRules {
  readonly exclusion: ExclusionRules
  /** A file is unchanged though its inode, or its change time, is another one; the first goes with the second. */
  readonly ignoreInode: boolean
  readonly ignoreCtime: boolean
  /** Stores access times. */
  readonly withAtime: boolean
}

export const plainRules: FolderRules = {
  ...{ exclusion: noExclusion, ignoreInode: false, ignoreCtime: false, withAtime: false },
}

/** Work, each with its result. Paths and names are strings of byte-string.ts. */
export type Job = BlobJob | FolderJob | PartJob | FlushJob

/** Stores one blob; its bytes are handed over. Result: its id. */
interface BlobJob {
  readonly kind: 'blob'
  readonly type: BlobType
  readonly plain: Uint8Array
}

/** Makes the nodes of a folder's entries, and stores the small files' content. Result: FolderPart. */
export interface FolderJob {
  readonly kind: 'folder'
  readonly folder: string
  /** Entries to look at; null for all of them, listed by the worker. */
  readonly names: readonly string[] | null
  /** What the parent snapshot has for this folder: the plain tree. */
  readonly parent: Uint8Array | null
}

/** Stores the next chunks of a large file, as many as fit into memory. Result: FilePart; `next` is told before. */
export interface PartJob {
  readonly kind: 'part'
  readonly file: string
  /** Bytes from the file's beginning: where a chunk begins. */
  readonly offset: number
  /**
   * What the file was before any of it was read; null in the first part. Its times go into the node: one that changes while
   * it is read has others afterwards, and is read again by the next backup.
   */
  readonly first: FileStat | null
}

/** Ends the open pack. No result. */
interface FlushJob {
  readonly kind: 'flush'
}

export interface FolderPart {
  /**
   * True where this is the whole folder, and the parent's tree has these very nodes and no others, but that of `folders` only
   * all up to their trees' ids is known: then `nodes` is left empty.
   */
  readonly isSame: boolean
  /** The JSON of the entries' nodes, in their order; null for what is left out, or comes by `folders` or `large`. */
  readonly nodes: readonly (string | null)[]
  /** Folders among them: the node's JSON up to the tree's id. */
  readonly folders: readonly {
    readonly at: number
    readonly name: string
    readonly node: string
    readonly before: string | null
    /** With the parent's tree it is the parent's node. */
    readonly isSame: boolean
  }[]
  /** Files that are stored part by part. */
  readonly large: readonly { readonly at: number; readonly name: string; readonly isChanged: boolean }[]
  /** Names that are still to be done: a job takes a limited number. */
  readonly rest: readonly string[]
  readonly files: number
  readonly others: number
  readonly unchanged: number
  /** Files that the parent has otherwise, without large ones. */
  readonly changed: number
  readonly bytes: number
  readonly failures: readonly FailedEntry[]
}

/** A file that is left out, or an attribute of one. */
export interface FailedEntry {
  readonly path: string
  readonly failure: Failure
}

export interface NextPart {
  /** Bytes from the file's beginning; null at its end. */
  readonly offset: number | null
  /** What the file was before any of it was read. */
  readonly first: FileStat | null
}

export interface FilePart {
  /** Ids of blobs. */
  readonly content: readonly string[]
  /** Of content. */
  readonly bytes: number
  /** In the last part: the file's node up to its content's size, and its size in bytes. Null before. */
  readonly end: { readonly node: string; readonly size: number; readonly failures: readonly FailedEntry[] } | null
}

/** An error on its way between threads. */
export interface Failure {
  readonly message: string
  /** Of a BlackstartError; null for others. */
  readonly code: ErrorCode | null
  /** The system's code. */
  readonly system: string | null
  readonly facts: Readonly<Record<string, unknown>>
}

export type FromWorker =
  | { readonly kind: 'piece'; readonly piece: Piece }
  /** `header` is the pack's, plain: a tenth of the cost of its blobs as objects. */
  | { readonly kind: 'pack'; readonly name: string; readonly bytes: number; readonly header: Uint8Array }
  | { readonly kind: 'next'; readonly job: number; readonly next: NextPart }
  /** `stored`: since the worker began. */
  | { readonly kind: 'done'; readonly job: number; readonly result: unknown; readonly stored: Stored }
  | { readonly kind: 'failed'; readonly job: number; readonly failure: Failure }

export type ToWorker =
  | { readonly kind: 'setup'; readonly setup: WorkerSetup }
  | { readonly kind: 'job'; readonly number: number; readonly job: Job }
  | { readonly kind: 'known'; readonly known: SharedBlobTable }
