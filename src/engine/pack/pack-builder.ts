import { createHash, type Hash } from 'node:crypto'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { type BlobType, encodeHeader, type PackedBlob } from './pack-header.ts'

/** Bytes from which a pack is full. */
export const packTarget = 16 * 1024 * 1024

export interface FinishedPack {
  /** SHA-256 of the whole file. */
  readonly name: string
  readonly parts: readonly Uint8Array[]
  readonly blobs: readonly PackedBlob[]
  readonly bytes: number
}

/** Collects the sealed blobs of one pack: `blob ‖ … ‖ header ‖ header's length`. */
export class PackBuilder {
  readonly #parts: Uint8Array[] = []
  readonly #blobs: PackedBlob[] = []
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  add(type: BlobType, id: string, sealed: Uint8Array, plainLength: number | null): void {
    this.#blobs.push({ type, id, offset: this.#bytes, length: sealed.byteLength, plainLength })
    this.#append(sealed)
  }

  finish(key: SealingKey): FinishedPack {
    const header = key.seal(encodeHeader(this.#blobs))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(header.byteLength)
    this.#append(header)
    this.#append(length)
    return { name: this.#hash.digest('hex'), parts: this.#parts, blobs: this.#blobs, bytes: this.#bytes }
  }

  #append(part: Uint8Array): void {
    this.#parts.push(part)
    this.#hash.update(part)
    this.#bytes += part.byteLength
  }
}
