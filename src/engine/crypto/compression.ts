import { constants, zstdDecompressSync } from 'node:zlib'
import { bestZstd, mostCompressed, type ZstdCodecOf, type ZstdParameters } from './zstd-codec.ts'
import { statedSize } from './zstd-frame.ts'

/**
 * Of all that is written: zstd's level 3 with tables that stay in the processor's cache. Of bench/engine's sets it takes 1 to 1.6 % more
 * than level 3, which is what restic's takes, and 7 to 15 % less time; level 2 takes 3.2 to 3.6 % more, and 13 to 25 % less.
 */
export const parameters: ZstdParameters = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_hashLog]: 15,
  [constants.ZSTD_c_chainLog]: 14,
}
/** Bytes of memory that is kept from one call to the next, at most: more than any blob of restic's takes. */
const mostKept = 9 * 1024 * 1024

export interface Compression {
  /** One zstd frame, which states the plain size. */
  compress(plain: Uint8Array): Buffer
  /** As `compress`, to `target`, any part of which may be overwritten. The length of the frame; -1 where it may not fit. */
  compressInto(plain: Uint8Array, target: Uint8Array): number
  /** Throws for what is not whole zstd frames, and for more than `most` bytes. */
  decompress(packed: Uint8Array, most: number): Buffer
  /** As `decompress`, to `target`. The bytes written; -1 where it would throw, or they do not fit. */
  decompressInto(packed: Uint8Array, target: Uint8Array): number
}

/** For one thread. Keeps the codec's contexts, and the memory that was compressed to. */
export function openCompression(codecOf: ZstdCodecOf): Compression {
  const codec = codecOf(parameters)
  let kept = Buffer.alloc(0)
  const room = (bytes: number): Buffer => {
    if (bytes > mostKept) return Buffer.allocUnsafeSlow(bytes)
    if (bytes > kept.byteLength) kept = Buffer.allocUnsafeSlow(Math.max(bytes, 1024 * 1024))
    return kept
  }
  return {
    ...{ compressInto: codec.compress, decompressInto: codec.decompress },
    compress(plain) {
      const target = room(mostCompressed(plain.byteLength))
      return Buffer.from(target.subarray(0, codec.compress(plain, target)))
    },
    decompress(packed, most) {
      const size = sizeOfFirst(packed)
      if (size !== null && size > most) throw new RangeError(`it says that it holds ${size} bytes`)
      if (size !== null) {
        const plain = Buffer.allocUnsafeSlow(size)
        if (codec.decompress(packed, plain) === size) return plain
      }
      // One that does not say how long it is, several, or none: this finds out.
      const chunkSize = Math.min(Math.max(most + 64, 4096), 1024 * 1024)
      const options = { maxOutputLength: Math.max(most, 1), chunkSize, rejectGarbageAfterEnd: true }
      const plain = zstdDecompressSync(packed, options)
      // one that ends with a block of no bytes at all, which no writer makes, is taken for an empty one by streams only
      if (plain.byteLength === 0 && codec.decompress(packed, plain) !== 0) throw new RangeError('it is no whole frame')
      if (plain.byteLength < (size ?? 0)) throw new RangeError(`it holds less than the ${size} bytes that it states`)
      return plain
    },
  }
}

/** Bytes; null where the first frame does not say, or is no frame with content. */
function sizeOfFirst(packed: Uint8Array): number | null {
  try {
    return statedSize(Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength))
  } catch {
    return null
  }
}

let shared: Compression | null = null

/** The thread's own. */
function compression(): Compression {
  shared ??= openCompression(bestZstd)
  return shared
}

export const compress: Compression['compress'] = plain => compression().compress(plain)
export const compressInto: Compression['compressInto'] = (plain, target) => compression().compressInto(plain, target)
export const decompress: Compression['decompress'] = (packed, most) => compression().decompress(packed, most)
export const decompressInto: Compression['decompressInto'] = (packed, target) =>
  compression().decompressInto(packed, target)
