import type { Metadata } from '../files/set-metadata.ts'
import type { LinkGroup } from './hard-links.ts'
import type { Begin, RestoredFile } from './restored-file.ts'
import type { RestoredFolder } from './restored-folder.ts'

export interface FileOrigin {
  readonly folder: RestoredFolder
  /** In the target. */
  readonly path: string
  /** Where it is one of several names. */
  readonly group: LinkGroup | null
  /** Ids of its blobs. */
  readonly content: readonly string[]
  /** By the tree. */
  readonly bytes: number
  readonly metadata: Metadata
  /** What is at its path: nothing, something that must go, a file that may be right in parts, or a file that is right. */
  readonly standing: 'nothing' | 'other' | 'file' | 'same'
}

/** A file on its way: planned slice by slice, written by several threads. */
export class PlannedFile {
  readonly origin: FileOrigin
  /** Plain bytes of each blob, as far as they are planned. */
  readonly lengths: number[] = []
  /** Bytes of what is planned: in the end the file's size. */
  size = 0
  /** Pieces that were handed out and are not written yet. */
  left = 0
  /** True once the file is open for further pieces: it has its size, and its mark. */
  begun = false
  /** Bytes of it that were told as progress. */
  told = 0
  /** True where something of it was, or is to be, written. */
  changed: boolean
  failed = false
  /** True once the job was given out that ends it. */
  isEnding = false
  /** Bytes of the file that was there, where it was compared. */
  found = 0

  constructor(origin: FileOrigin) {
    this.origin = origin
    this.changed = origin.standing === 'nothing' || origin.standing === 'other'
  }

  get isPlanned(): boolean {
    return this.lengths.length === this.origin.content.length
  }

  /** True where nothing of it was, or is to be, written: its content is right. */
  get isKept(): boolean {
    return !this.changed && (!this.isCompared || this.found === this.size)
  }

  /** True where its content was taken for right without reading it. */
  get isTrusted(): boolean {
    return this.origin.standing === 'same'
  }

  /** Whether its blobs are to be held against what is there. */
  get isCompared(): boolean {
    return this.origin.standing === 'file'
  }

  /** For a job: `ends` where nothing else of it is to be written. */
  toRestored(ends: boolean): RestoredFile {
    return { ...this.origin.metadata, path: this.origin.path, size: this.size, begin: this.#begin(), ends }
  }

  #begin(): Begin {
    if (this.begun) return 'begun'
    if (this.isKept) return 'keep'
    const { standing } = this.origin
    return standing === 'nothing' ? 'new' : standing === 'other' ? 'replace' : 'change'
  }
}
