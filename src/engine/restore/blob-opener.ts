import { decompressInto } from '../crypto/compression.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { sha256 } from '../crypto/sha256.ts'
import { openBlob } from '../pack/blob-sealing.ts'
import type { PackedBlob } from '../pack/pack-header.ts'

/** Larger ones are opened without memory that is kept. restic makes none above 8 MiB. */
const mostKept = 8 * 1024 * 1024

/** Opens data blobs one after the other, in memory that is kept. */
export class BlobOpener {
  readonly #key: SealingKey
  #plain = Buffer.alloc(0)

  constructor(key: SealingKey) {
    this.#key = key
  }

  /**
   * The plain content, valid until the next call; or what is wrong with the bytes, to end the sentence "it …". The bytes
   * are used up: sealed content is opened in its place.
   */
  open(id: string, plainLength: PackedBlob['plainLength'], bytes: Uint8Array): Uint8Array | string {
    if (plainLength !== null && plainLength > mostKept) {
      return openBlob(this.#key, { type: 'data', id, plainLength }, bytes)
    }
    const opened = this.#key.openInPlace(bytes)
    if (opened === null) return `fails the authentication of data blob ${id}`
    const plain = plainLength === null ? opened : this.#decompress(opened, plainLength)
    if (plain === null) return `cannot be decompressed at data blob ${id}`
    return sha256(plain) === id ? plain : `holds other bytes than the index says at data blob ${id}`
  }

  #decompress(packed: Uint8Array, length: number): Uint8Array | null {
    if (this.#plain.byteLength < length) this.#plain = Buffer.allocUnsafeSlow(Math.max(length, 1024 * 1024))
    const plain = this.#plain.subarray(0, length)
    return decompressInto(packed, plain) === length ? plain : null
  }
}
