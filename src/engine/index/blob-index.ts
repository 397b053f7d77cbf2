import { sealOverhead } from '../crypto/sealing-key.ts'
import { type BlobType, headerBytes, type PackedBlob } from '../pack/pack-header.ts'
import { BlobTable } from './blob-table.ts'
import type { IndexedPack } from './index-file.ts'

/** Where a blob lies. */
export interface BlobLocation extends PackedBlob {
  readonly pack: string
}

export interface KnownPack {
  /** Bytes from the pack's beginning to the end of its last blob. */
  readonly end: number
  /** Made anew at each reading. */
  readonly blobs: readonly BlobLocation[]
  /** Names of the index files that list the pack. */
  readonly indexes: readonly string[]
}

/** Words of an entry's payload. */
const packWord = 0
const offsetWord = 1
const lengthWord = 2
const plainWord = 3
const payloadWords = 4

/** Entries beyond those that are expected, for which memory is reserved (not used). */
const headroom = 4_000_000

/**
 * All index files of a repository: 52 bytes a blob in memory that worker threads share, 4 to 8 bytes for its bucket, and about 300
 * bytes a pack. Every place of a blob is an entry; entries of a pack in one index file follow each other.
 */
export class BlobIndex {
  #table: BlobTable
  #distinct = 0
  readonly #packs = new Map<string, PackEntries>()
  readonly #packNames: string[] = []
  readonly #files = new Set<string>()

  /** `expected` entries, for which buckets are made. */
  constructor(expected = 0) {
    this.#table = BlobTable.create(payloadWords, expected, expected * 2 + headroom)
  }

  /** Names of the index files that were added. */
  get files(): ReadonlySet<string> {
    return this.#files
  }

  get packs(): ReadonlyMap<string, KnownPack> {
    return this.#packs
  }

  /** Blobs, each counted once. */
  get blobs(): number {
    return this.#distinct
  }

  /** Places of blobs: what numbers of entries stay below. */
  get entries(): number {
    return this.#table.count
  }

  /** For worker threads, which only look up. Another one takes its place when it is full. */
  get table(): BlobTable {
    return this.#table
  }

  add(file: string, packs: readonly IndexedPack[]): void {
    this.#files.add(file)
    for (const { id, blobs } of packs) {
      const known = this.#packs.get(id)
      if (known === undefined) {
        const pack = new PackEntries(this, this.#packNames.push(id) - 1)
        this.#packs.set(id, pack)
        this.#append(pack, blobs, file)
      } else {
        const seen = new Set(known.blobs.map(blob => blob.offset))
        this.#append(
          known,
          blobs.filter(blob => !seen.has(blob.offset)),
          file,
        )
      }
    }
  }

  has(type: BlobType, id: string): boolean {
    return this.#table.find(type, id) !== -1
  }

  find(type: BlobType, id: string): BlobLocation | null {
    const entry = this.numberOf(type, id)
    return entry === -1 ? null : this.location(entry)
  }

  /** Every place of a blob; nothing when it is unknown. */
  all(type: BlobType, id: string): readonly BlobLocation[] {
    const places: BlobLocation[] = []
    for (let entry = this.#table.find(type, id); entry !== -1; entry = this.#table.findOlder(entry)) {
      places.unshift(this.location(entry))
    }
    return places
  }

  /** The number of the blob's first entry, the same as long as this object lives; -1 where it is unknown. */
  numberOf(type: BlobType, id: string): number {
    let entry = this.#table.find(type, id)
    for (let older = entry; older !== -1; older = this.#table.findOlder(older)) entry = older
    return entry
  }

  location(entry: number): BlobLocation {
    const table = this.#table
    const plainLength = table.payloadOf(entry, plainWord)
    return {
      type: table.typeOf(entry),
      id: table.idOf(entry),
      offset: table.payloadOf(entry, offsetWord),
      length: table.payloadOf(entry, lengthWord),
      plainLength: plainLength === 0 ? null : plainLength,
      pack: this.#packNames[table.payloadOf(entry, packWord)] as string,
    }
  }

  #append(pack: PackEntries, blobs: readonly PackedBlob[], file: string): void {
    this.#makeRoom(blobs.length)
    pack.extend(this.#table.count, blobs.length, file)
    for (const { type, id, offset, length, plainLength } of blobs) {
      if (this.#table.find(type, id) === -1) this.#distinct += 1
      pack.end = Math.max(pack.end, offset + length)
      this.#table.append(type, id, [pack.number, offset, length, plainLength ?? 0])
    }
  }

  /** A table twice as large, with the same numbers, where the room does not suffice. Threads that have the old one go on with it. */
  #makeRoom(blobs: number): void {
    const old = this.#table
    if (old.count + blobs <= old.capacity) return
    const table = BlobTable.create(payloadWords, old.count * 2 + blobs, (old.count + blobs) * 2)
    for (let entry = 0; entry < old.count; entry += 1) {
      const payload = Array.from({ length: payloadWords }, (_, word) => old.payloadOf(entry, word))
      table.append(old.typeOf(entry), old.idOf(entry), payload)
    }
    this.#table = table
  }
}

/** The entries of one pack: a run for each index file that had something new of it. */
class PackEntries implements KnownPack {
  readonly number: number
  end = 0
  readonly indexes: string[] = []
  readonly #index: BlobIndex
  /** First entry and count, one after the other. */
  readonly #runs: number[] = []

  constructor(index: BlobIndex, number: number) {
    this.#index = index
    this.number = number
  }

  extend(first: number, count: number, file: string): void {
    this.indexes.push(file)
    if (count > 0) this.#runs.push(first, count)
  }

  get blobs(): readonly BlobLocation[] {
    const blobs: BlobLocation[] = []
    for (let run = 0; run < this.#runs.length; run += 2) {
      const [first = 0, count = 0] = this.#runs.slice(run, run + 2)
      for (let entry = first; entry < first + count; entry += 1) {
        blobs.push(this.#index.location(entry))
      }
    }
    return blobs
  }
}

/** Bytes of a pack file that holds these blobs and nothing else. */
export function expectedPackBytes(blobs: readonly PackedBlob[]): number {
  const content = blobs.reduce((sum, blob) => sum + blob.length, 0)
  return content + headerBytes(blobs) + sealOverhead + 4
}

/** Bytes of a blob's plain content. */
export function plainBytes(blob: PackedBlob): number {
  return blob.plainLength ?? blob.length - sealOverhead
}
