import { createHash, type Hash } from 'node:crypto'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { type BlobType, encodeHeader, type PackedBlob } from './pack-header.ts'

/** Bytes from which a pack is full. */
export const packTarget = 16 * 1024 * 1024

export interface FinishedPack {
  /** SHA-256 of the whole file. */
  readonly name: string
  readonly blobs: readonly PackedBlob[]
  readonly bytes: number
}

/** Takes packs one after the other, piece by piece. */
export interface PackSink {
  /** `bytes` must be copied or written when this returns. */
  append(bytes: Uint8Array): void
  /** The pieces since the last call were this pack. */
  finish(pack: FinishedPack): void
}

/** Makes packs of sealed blobs: `blob ‖ … ‖ header ‖ header's length`. Holds none of their bytes. */
export class PackBuilder {
  readonly #key: SealingKey
  readonly #sink: PackSink
  #blobs: PackedBlob[] = []
  #hash: Hash = createHash('sha256')
  #bytes = 0

  constructor(key: SealingKey, sink: PackSink) {
    this.#key = key
    this.#sink = sink
  }

  /** Adds a blob, and ends the pack when it is full. */
  add(type: BlobType, id: string, sealed: Uint8Array, plainLength: number | null): void {
    this.put(type, id, sealed, plainLength)
    this.endWhenFull()
  }

  /** Adds a blob of which it is not certain yet that it may be in a pack. */
  put(type: BlobType, id: string, sealed: Uint8Array, plainLength: number | null): void {
    this.#blobs.push({ type, id, offset: this.#bytes, length: sealed.byteLength, plainLength })
    this.#append(sealed)
  }

  endWhenFull(): void {
    if (this.#bytes >= packTarget) this.flush()
  }

  /** Ends the open pack; does nothing where none is. */
  flush(): void {
    if (this.#blobs.length === 0) return
    const header = this.#key.seal(encodeHeader(this.#blobs))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(header.byteLength)
    this.#append(Buffer.concat([header, length]))
    const pack = { name: this.#hash.digest('hex'), blobs: this.#blobs, bytes: this.#bytes }
    this.#blobs = []
    this.#hash = createHash('sha256')
    this.#bytes = 0
    this.#sink.finish(pack)
  }

  #append(part: Uint8Array): void {
    this.#hash.update(part)
    this.#bytes += part.byteLength
    this.#sink.append(part)
  }
}
