import { type RabinTables, rabinTables, windowSize } from './rabin-tables.ts'

/** Bytes. A chunk is never shorter, but for the last of a file. */
export const minChunk = 512 * 1024
/** Bytes. A chunk is never longer. */
export const maxChunk = 8 * 1024 * 1024
/** A chunk ends where these bits of the digest are zero: every MiB on average. */
const splitMask = 2 ** 20 - 1

/**
 * Cuts where restic cuts: a Rabin fingerprint of the last 64 bytes, modulo the repository's own polynomial. The digest at
 * a byte depends on those 64 bytes only, so that no state is kept between two bytes but the digest itself.
 */
export class Chunker {
  readonly #tables: RabinTables
  readonly #spare: Uint8Array[] = []

  constructor(polynomial: bigint) {
    this.#tables = rabinTables(polynomial)
  }

  /**
   * The chunks of a stream, however it is cut into pieces; none for an empty stream. A chunk is a view, valid until the
   * next one is asked for. May run several times at once.
   */
  async *chunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const buffer = this.#spare.pop() ?? new Uint8Array(maxChunk)
    const scan = new Scan(this.#tables, buffer)
    let filled = 0
    for await (const piece of pieces) {
      for (let taken = 0; taken < piece.byteLength; ) {
        const before = filled
        const room = Math.min(maxChunk - filled, piece.byteLength - taken)
        buffer.set(piece.subarray(taken, taken + room), filled)
        const end = scan.cut(filled + room)
        filled = end === -1 ? filled + room : 0
        taken += end === -1 ? room : end - before
        if (end !== -1) yield buffer.subarray(0, end)
      }
    }
    if (filled > 0) yield buffer.subarray(0, filled)
    // Not given back when the stream throws: then it is left to the garbage collector.
    if (this.#spare.length < 4) this.#spare.push(buffer)
  }
}

/** Looks for the end of the chunk that begins at the buffer's first byte. */
class Scan {
  readonly #tables: RabinTables
  readonly #buffer: Uint8Array
  #scanned = 0
  #high = 0
  #low = 0

  constructor(tables: RabinTables, buffer: Uint8Array) {
    this.#tables = tables
    this.#buffer = buffer
  }

  /** The chunk's length when it ends within the first `filled` bytes, else -1; then it goes on from there next time. */
  cut(filled: number): number {
    if (filled < minChunk) return -1
    if (this.#scanned === 0) this.#fillWindow()
    const end = this.#roll(filled)
    if (end !== -1) this.#scanned = 0
    return end
  }

  #fillWindow(): void {
    const { modHigh, modLow } = this.#tables
    let high = 0
    let low = 0
    for (let i = minChunk - windowSize; i < minChunk; i += 1) {
      const top = high >>> 13
      high = ((high << 8) | (low >>> 24)) ^ (modHigh[top] as number)
      low = ((low << 8) | (this.#buffer[i] as number)) ^ (modLow[top] as number)
    }
    this.#high = high
    this.#low = low
    this.#scanned = minChunk
  }

  #roll(filled: number): number {
    const { outHigh, outLow, modHigh, modLow } = this.#tables
    const buffer = this.#buffer
    let high = this.#high
    let low = this.#low
    let position = this.#scanned
    // The loop tests before it takes a byte: a chunk may end right at its minimum.
    while ((low & splitMask) !== 0 && position < filled) {
      const out = buffer[position - windowSize] as number
      high ^= outHigh[out] as number
      low ^= outLow[out] as number
      const top = high >>> 13
      high = ((high << 8) | (low >>> 24)) ^ (modHigh[top] as number)
      low = ((low << 8) | (buffer[position] as number)) ^ (modLow[top] as number)
      position += 1
    }
    this.#high = high
    this.#low = low
    this.#scanned = position
    return (low & splitMask) === 0 || position === maxChunk ? position : -1
  }
}
