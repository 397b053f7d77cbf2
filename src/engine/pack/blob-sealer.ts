import { compressInto, decompressInto } from '../crypto/compression.ts'
import { type SealingKey, sealOverhead } from '../crypto/sealing-key.ts'
import { sha256 } from '../crypto/sha256.ts'
import { mostCompressed } from '../crypto/zstd-codec.ts'
import type { SealedBlob } from './blob-sealing.ts'
import type { BlobType } from './pack-header.ts'

const nonceBytes = 16
/** Bytes of each of two buffers that are kept: more than any data blob of restic's takes. */
const mostKept = 9 * 1024 * 1024

/** Seals blob after blob as `sealBlob` does, in memory that is used again. */
export class BlobSealer {
  readonly #key: SealingKey
  #sealed = Buffer.alloc(0)
  #plain = Buffer.alloc(0)

  constructor(key: SealingKey) {
    this.#key = key
  }

  /** Valid until the next call, or until `opens` is asked. */
  seal(type: BlobType, plain: Uint8Array): SealedBlob {
    // Data that zstd does not shorten is kept as it is; trees are compressed always.
    const most = type === 'data' ? plain.byteLength - 1 : mostCompressed(plain.byteLength)
    const target = this.#roomToSeal(Math.max(most, plain.byteLength) + sealOverhead)
    const packed = plain.byteLength === 0 ? -1 : compressInto(plain, target.subarray(nonceBytes, nonceBytes + most))
    const content = packed === -1 ? plain : target.subarray(nonceBytes, nonceBytes + packed)
    const length = this.#key.sealInto(content, target, 0)
    return { bytes: target.subarray(0, length), plainLength: packed === -1 ? null : plain.byteLength }
  }

  /** Whether what was sealed opens to the blob with that id. Its bytes are lost with the question. */
  opens(id: string, { bytes, plainLength }: SealedBlob): boolean {
    const opened = this.#key.openInPlace(bytes)
    if (opened === null) return false
    if (plainLength === null) return sha256(opened) === id
    const plain = this.#roomToOpen(plainLength)
    return decompressInto(opened, plain) === plainLength && sha256(plain) === id
  }

  #roomToSeal(bytes: number): Buffer {
    if (bytes > mostKept) return Buffer.allocUnsafeSlow(bytes)
    if (bytes > this.#sealed.byteLength) this.#sealed = Buffer.allocUnsafeSlow(grown(bytes))
    return this.#sealed
  }

  #roomToOpen(bytes: number): Buffer {
    if (bytes > mostKept) return Buffer.allocUnsafeSlow(bytes)
    if (bytes > this.#plain.byteLength) this.#plain = Buffer.allocUnsafeSlow(grown(bytes))
    return this.#plain.subarray(0, bytes)
  }
}

/** Twice as much each time, from a MiB on. */
function grown(bytes: number): number {
  return Math.min(mostKept, 2 ** Math.max(20, Math.ceil(Math.log2(bytes))))
}
