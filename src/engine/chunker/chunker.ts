import { ChunkBuffer, maxChunk } from './chunk-buffer.ts'

/** Bytes that are gathered before they are looked at. Divides the largest chunk; smaller than the smallest. */
const step = 256 * 1024

/** Cuts streams where restic cuts. */
export class Chunker {
  readonly #polynomial: bigint
  readonly #spare: ChunkBuffer[] = []

  constructor(polynomial: bigint) {
    this.#polynomial = polynomial
  }

  /**
   * The chunks of a stream, however it is cut into pieces; none for an empty stream. A chunk is a view, valid until the
   * next one is asked for. May run several times at once.
   */
  async *chunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const buffer = this.#spare.pop() ?? new ChunkBuffer(this.#polynomial, maxChunk)
    const { bytes } = buffer
    let filled = 0
    let scanned = 0
    for await (const piece of pieces) {
      for (let taken = 0; taken < piece.byteLength; ) {
        const part = piece.subarray(taken, taken + scanned + step - filled)
        bytes.set(part, filled)
        filled += part.byteLength
        taken += part.byteLength
        if (filled < scanned + step) break
        const end = buffer.end(0, scanned, filled)
        scanned = end === null ? filled : 0
        if (end === null) continue
        yield bytes.subarray(0, end)
        bytes.copyWithin(0, end, filled)
        filled -= end
      }
    }
    const end = buffer.end(0, scanned, filled) ?? 0
    if (end > 0) yield bytes.subarray(0, end)
    if (end < filled) yield bytes.subarray(end, filled)
    // Not given back when the stream throws: then it is left to the garbage collector.
    if (this.#spare.length < 4) this.#spare.push(buffer)
  }
}
