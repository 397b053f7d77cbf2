/** Bytes. A piece is never longer. */
export const pieceBytes = 1024 * 1024

const free = 0
const full = 1
const closed = 2

/** A piece that waits in a ring: where it is, and its length in bytes. */
export interface Piece {
  readonly slot: number
  readonly length: number
}

/**
 * Memory through which one thread hands bytes to another, in order: as many pieces as there are slots, then the writing thread
 * stands still until the reading one gives a slot back.
 */
export class PieceRing {
  readonly shared: SharedArrayBuffer
  readonly #states: Int32Array
  readonly #bytes: Uint8Array
  #slot = 0
  #filled = 0

  static create(slots: number): PieceRing {
    return new PieceRing(new SharedArrayBuffer(slots * (pieceBytes + 4)))
  }

  constructor(shared: SharedArrayBuffer) {
    const slots = shared.byteLength / (pieceBytes + 4)
    this.shared = shared
    this.#bytes = new Uint8Array(shared, 0, slots * pieceBytes)
    this.#states = new Int32Array(shared, slots * pieceBytes, slots)
  }

  /** For the writing thread: copies bytes into free slots, and tells of each piece that is full. Throws when the ring was closed. */
  write(bytes: Uint8Array, tell: (piece: Piece) => void): void {
    for (let at = 0; at < bytes.byteLength; ) {
      if (this.#filled === 0) this.#waitForSlot()
      const length = Math.min(pieceBytes - this.#filled, bytes.byteLength - at)
      this.#bytes.set(bytes.subarray(at, at + length), this.#slot * pieceBytes + this.#filled)
      this.#filled += length
      at += length
      if (this.#filled === pieceBytes) this.flush(tell)
    }
  }

  /** Tells of the piece that is not full. */
  flush(tell: (piece: Piece) => void): void {
    if (this.#filled === 0) return
    const piece = { slot: this.#slot, length: this.#filled }
    Atomics.store(this.#states, this.#slot, full)
    this.#slot = (this.#slot + 1) % this.#states.length
    this.#filled = 0
    tell(piece)
  }

  #waitForSlot(): void {
    Atomics.wait(this.#states, this.#slot, full)
    if (Atomics.load(this.#states, this.#slot) === closed) throw new Error('the ring was closed')
  }

  /** For the reading thread: valid until it is given back. */
  view({ slot, length }: Piece): Uint8Array {
    return this.#bytes.subarray(slot * pieceBytes, slot * pieceBytes + length)
  }

  release({ slot }: Piece): void {
    Atomics.compareExchange(this.#states, slot, full, free)
    Atomics.notify(this.#states, slot)
  }

  /** Lets a writing thread that waits go on, into an error. */
  close(): void {
    for (let slot = 0; slot < this.#states.length; slot += 1) {
      Atomics.store(this.#states, slot, closed)
      Atomics.notify(this.#states, slot)
    }
  }
}
