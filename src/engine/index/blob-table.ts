import type { BlobType } from '../pack/pack-header.ts'

/** What threads hand to each other: the memory of a table. */
export interface SharedBlobTable {
  readonly entries: SharedArrayBuffer
  readonly buckets: SharedArrayBuffer
  readonly count: SharedArrayBuffer
  readonly payload: number
}

/** Words of 32 bits before an entry's payload: eight of the id, one of the next entry in the bucket and the type. */
const idWords = 8
const linkWord = 8
const payloadWord = 9

/**
 * Blobs by id and type, in memory that all threads share: any thread may insert and look up at any time, without locks. An entry
 * is written before it is linked into its bucket, and never changes its id again. Memory is reserved for `capacity` and
 * used for what is inserted: 4 × (9 + payload) bytes an entry, and 4 bytes a bucket.
 */
export class BlobTable {
  readonly shared: SharedBlobTable
  readonly capacity: number
  readonly #entries: Uint32Array
  readonly #bytes: Buffer
  readonly #buckets: Uint32Array
  readonly #mask: number
  readonly #count: Int32Array
  readonly #words: number
  readonly #key = new Uint32Array(idWords)
  readonly #keyBytes = Buffer.from(this.#key.buffer)

  /** `payload` is the number of words beside the id. Buckets are made for `expected` entries; more make it slower. */
  static create(payload: number, expected: number, capacity: number): BlobTable {
    const buckets = 2 ** Math.max(10, Math.ceil(Math.log2(expected)))
    return new BlobTable({
      entries: new SharedArrayBuffer(capacity * (payloadWord + payload) * 4),
      buckets: new SharedArrayBuffer(buckets * 4),
      count: new SharedArrayBuffer(4),
      payload,
    })
  }

  constructor(shared: SharedBlobTable) {
    this.shared = shared
    this.#words = payloadWord + shared.payload
    this.#entries = new Uint32Array(shared.entries)
    this.#bytes = Buffer.from(shared.entries)
    this.#buckets = new Uint32Array(shared.buckets)
    this.#mask = this.#buckets.length - 1
    this.#count = new Int32Array(shared.count)
    this.capacity = Math.floor(this.#entries.length / this.#words)
  }

  /** Entries that were begun; numbers run from 0 to before it. */
  get count(): number {
    return Math.min(Atomics.load(this.#count, 0), this.capacity)
  }

  /** The number of the newest entry of that blob, or -1. */
  find(type: BlobType, id: string): number {
    this.#setKey(id)
    return this.#search(Atomics.load(this.#buckets, this.#bucket()), 0, type)
  }

  /** The number of the next older entry of the blob that `entry` is of, or -1. */
  findOlder(entry: number): number {
    const at = entry * this.#words
    this.#key.set(this.#entries.subarray(at, at + idWords))
    return this.#search((this.#entries[at + linkWord] as number) >>> 1, 0, this.typeOf(entry))
  }

  /** Adds the blob unless it is there: false where it is, or another thread was first. True for every blob once the table is full. */
  claim(type: BlobType, id: string): boolean {
    this.#setKey(id)
    const bucket = this.#bucket()
    let head = Atomics.load(this.#buckets, bucket)
    if (this.#search(head, 0, type) !== -1) return false
    const entry = this.#reserve()
    if (entry === -1) return true
    for (;;) {
      this.#link(entry, head, type)
      const found = Atomics.compareExchange(this.#buckets, bucket, head, entry + 1)
      if (found === head) return true
      // Only what was linked since has to be looked through. The reserved entry stays unlinked: 36 bytes.
      if (this.#search(found, head, type) !== -1) return false
      head = found
    }
  }

  /** Adds an entry, whether the blob is there or not; true when it was not there before. For one thread at a time. Throws a RangeError when full. */
  append(type: BlobType, id: string, payload: readonly number[]): boolean {
    this.#setKey(id)
    return this.#append(type, payload)
  }

  /** As `append`, of an id in hexadecimal digits that begins at byte `at`. */
  appendDigits(type: BlobType, digits: Uint8Array, at: number, payload: readonly number[]): boolean {
    for (let i = 0; i < idWords * 4; i += 1) {
      this.#keyBytes[i] = (digitValue(digits[at + 2 * i]) << 4) | digitValue(digits[at + 2 * i + 1])
    }
    return this.#append(type, payload)
  }

  #append(type: BlobType, payload: readonly number[]): boolean {
    const bucket = this.#bucket()
    const head = this.#buckets[bucket] as number
    const isNew = this.#search(head, 0, type) === -1
    const entry = this.#reserve()
    if (entry === -1) throw new RangeError(`the table of blobs is full: ${this.capacity} entries`)
    const at = entry * this.#words + payloadWord
    for (let word = 0; word < payload.length; word += 1) this.#entries[at + word] = payload[word] as number
    this.#link(entry, head, type)
    Atomics.store(this.#buckets, bucket, entry + 1)
    return isNew
  }

  idOf(entry: number): string {
    const at = entry * this.#words * 4
    return this.#bytes.toString('hex', at, at + idWords * 4)
  }

  typeOf(entry: number): BlobType {
    return ((this.#entries[entry * this.#words + linkWord] as number) & 1) === 0 ? 'data' : 'tree'
  }

  /** Word `index` of an entry's payload. */
  payloadOf(entry: number, index: number): number {
    return this.#entries[entry * this.#words + payloadWord + index] as number
  }

  #setKey(id: string): void {
    this.#keyBytes.write(id, 'hex')
  }

  #bucket(): number {
    return (this.#key[0] as number) & this.#mask
  }

  /** Entry numbers are kept plus one, so that 0 ends a chain. Stops before `until`. */
  #search(first: number, until: number, type: BlobType): number {
    const [entries, key, bit] = [this.#entries, this.#key, type === 'data' ? 0 : 1]
    for (let next = first; next !== 0 && next !== until; ) {
      const at = (next - 1) * this.#words
      const link = entries[at + linkWord] as number
      if ((link & 1) === bit && isSame(entries, at, key)) return next - 1
      next = link >>> 1
    }
    return -1
  }

  /** -1 when the table is full. */
  #reserve(): number {
    const entry = Atomics.add(this.#count, 0, 1)
    if (entry < this.capacity) return entry
    Atomics.store(this.#count, 0, this.capacity)
    return -1
  }

  #link(entry: number, head: number, type: BlobType): void {
    const at = entry * this.#words
    this.#entries.set(this.#key, at)
    this.#entries[at + linkWord] = ((head << 1) | (type === 'data' ? 0 : 1)) >>> 0
  }
}

function digitValue(digit: number | undefined): number {
  const code = digit ?? 0
  return code < 0x40 ? code - 0x30 : code - 0x57
}

function isSame(entries: Uint32Array, at: number, key: Uint32Array): boolean {
  for (let i = 0; i < idWords; i += 1) if (entries[at + i] !== key[i]) return false
  return true
}
