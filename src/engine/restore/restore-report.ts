import type { MetadataPart } from '../files/set-metadata.ts'

/** What happened to an entry of the target, or would happen. */
export interface RestoredEntry {
  /** In the target. */
  readonly path: string
  readonly type: 'file' | 'dir' | 'symlink' | 'other'
  /**
   * `made`: it was not there. `changed`: it was, and was not what the snapshot has. `unchanged`: only its metadata was
   * set. `kept`: left as it was, by the overwrite rule. `removed`: the snapshot does not have it.
   */
  readonly action: 'made' | 'changed' | 'unchanged' | 'kept' | 'removed'
  /** Of content. */
  readonly bytes: number
}

/** Something of the metadata that the target's file system, or this system, does not take. */
export interface RestoreLimit {
  readonly part: MetadataPart
  /** What the system said first. */
  readonly reason: string
  /** Entries that lack it. */
  readonly entries: number
}

export interface RestoreResult {
  /** Regular files that are as the snapshot has them, those counted that were so before. */
  readonly files: number
  readonly folders: number
  readonly links: number
  /** FIFOs and devices. Sockets are not restored: the program that makes one makes it again. */
  readonly others: number
  /** Content of the files. */
  readonly bytes: number
  /** Of it, what was written: the rest was in place, or is a hole. */
  readonly written: number
  /** Of the files, those whose content was in place. */
  readonly unchanged: number
  /** Left as they were, by `overwrite`. */
  readonly skipped: number
  /** Entries that were taken away, because the snapshot does not have them. */
  readonly removed: number
  /** Files that were read back and found right. */
  readonly verified: number
  readonly failed: number
  readonly limits: readonly RestoreLimit[]
}

type Count = Exclude<keyof RestoreResult, 'limits'>

/** Counts what a restore does. */
export class RestoreReport {
  /** The same object always, with what was done so far. */
  readonly result: RestoreResult
  readonly #counts: Record<Count, number>
  readonly #limits: { part: MetadataPart; reason: string; entries: number }[] = []
  readonly #onEntry: ((entry: RestoredEntry) => void) | undefined

  constructor(onEntry: ((entry: RestoredEntry) => void) | undefined) {
    const counts = {
      ...{ files: 0, folders: 0, links: 0, others: 0, bytes: 0, written: 0 },
      ...{ unchanged: 0, skipped: 0, removed: 0, verified: 0, failed: 0, limits: this.#limits },
    }
    this.#counts = counts
    this.result = counts
    this.#onEntry = onEntry
  }

  entry(entry: RestoredEntry): void {
    const counts = this.#counts
    if (entry.action === 'removed') counts.removed += 1
    else if (entry.action === 'kept') counts.skipped += 1
    else {
      counts[counters[entry.type]] += 1
      if (entry.type === 'file') {
        counts.bytes += entry.bytes
        if (entry.action === 'unchanged') counts.unchanged += 1
      }
    }
    this.#onEntry?.(entry)
  }

  written(bytes: number): void {
    this.#counts.written += bytes
  }

  verified(): void {
    this.#counts.verified += 1
  }

  failed(): void {
    this.#counts.failed += 1
  }

  limited(part: MetadataPart, reason: string): void {
    const limit = this.#limits.find(each => each.part === part)
    if (limit === undefined) this.#limits.push({ part, reason, entries: 1 })
    else limit.entries += 1
  }
}

const counters = { file: 'files', dir: 'folders', symlink: 'links', other: 'others' } as const
