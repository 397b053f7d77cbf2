import { sealOverhead } from '../crypto/sealing-key.ts'
import { type BlobType, headerBytes, type PackedBlob } from '../pack/pack-header.ts'
import { BlobTable } from './blob-table.ts'
import type { IndexedPack } from './index-file.ts'
import { scanIndex } from './scan-index.ts'

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
      this.#makeRoom(blobs.length)
      const pack = this.#begin(id, file)
      for (const { type, id, offset, length, plainLength } of blobs) {
        if (!pack.take(this.#table.count, offset, length)) continue
        if (this.#table.append(type, id, [pack.number, offset, length, plainLength ?? 0])) this.#distinct += 1
      }
    }
  }

  /** Adds an index file as it is usually written; false where it is written in another way, and then nothing is added. */
  addJson(file: string, json: Buffer): boolean {
    const blobs = countBlobs(json)
    if (blobs === null) return false
    this.#files.add(file)
    this.#makeRoom(blobs)
    let pack: PackEntries | null = null
    scanIndex(json, {
      pack: idAt => {
        pack = this.#begin(json.toString('latin1', idAt, idAt + 64), file)
      },
      blob: (type, idAt, offset, length, plainLength) => {
        if (!pack?.take(this.#table.count, offset, length)) return
        const payload = [pack.number, offset, length, plainLength]
        if (this.#table.appendDigits(type, json, idAt, payload)) this.#distinct += 1
      },
    })
    return true
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

  #begin(id: string, file: string): PackEntries {
    const pack = this.#packs.get(id) ?? new PackEntries(this, this.#packNames.length)
    if (pack.number === this.#packNames.length) {
      this.#packNames.push(id)
      this.#packs.set(id, pack)
    }
    pack.begin(file)
    return pack
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
  /** Offsets of the blobs that other index files have listed. */
  #seen: ReadonlySet<number> | null = null
  #isNewRun = true

  constructor(index: BlobIndex, number: number) {
    this.#index = index
    this.number = number
  }

  /** What is taken next is listed by that index file. */
  begin(file: string): void {
    this.#seen = this.indexes.length === 0 ? null : new Set(this.blobs.map(blob => blob.offset))
    this.indexes.push(file)
    this.#isNewRun = true
  }

  /** Whether the blob gets that entry; false where another index file has listed it. */
  take(entry: number, offset: number, length: number): boolean {
    if (this.#seen?.has(offset)) return false
    this.end = Math.max(this.end, offset + length)
    if (this.#isNewRun) this.#runs.push(entry, 1)
    else this.#runs[this.#runs.length - 1] = (this.#runs.at(-1) ?? 0) + 1
    this.#isNewRun = false
    return true
  }

  get blobs(): readonly BlobLocation[] {
    const blobs: BlobLocation[] = []
    for (let run = 0; run < this.#runs.length; run += 2) {
      const [first = 0, count = 0] = this.#runs.slice(run, run + 2)
      for (let entry = first; entry < first + count; entry += 1) blobs.push(this.#index.location(entry))
    }
    return blobs
  }
}

function countBlobs(json: Buffer): number | null {
  let blobs = 0
  const count = (): void => {
    blobs += 1
  }
  return scanIndex(json, { pack: () => undefined, blob: count }) ? blobs : null
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
