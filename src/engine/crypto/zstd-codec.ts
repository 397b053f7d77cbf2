import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { nativeZstd } from './native-zstd.ts'

/** zstd (RFC 8878), from buffer to buffer. */
export interface ZstdCodec {
  /**
   * To one frame, which states the plain size, at the beginning of `target`, any part of which may be overwritten. Its
   * length; -1 where it may not fit, which it does into `mostCompressed`.
   */
  compress(plain: Uint8Array, target: Uint8Array): number
  /** Whole frames of any writer. The bytes written to `target`; -1 where it is not that, or more than `target` holds. */
  decompress(packed: Uint8Array, target: Uint8Array): number
}

/** Values of `ZSTD_c_…` by their numbers, which are the same in zstd.h and in `constants` of node:zlib. */
export type ZstdParameters = Readonly<Record<number, number>>

/** With `parameters` for what is compressed. */
export type ZstdCodecOf = (parameters: ZstdParameters) => ZstdCodec

/** Bytes that any so many plain bytes fit into, compressed: ZSTD_compressBound of zstd.h. */
export function mostCompressed(plain: number): number {
  const small = 128 * 1024
  return plain + (plain >>> 8) + (plain < small ? (small - plain) >>> 11 : 0)
}

/** Through the interfaces of Node, on every system. */
export const nodeZstd: ZstdCodecOf = parameters => {
  const params = { ...parameters }
  return {
    compress(plain, target) {
      const chunkSize = mostCompressed(plain.byteLength) + 64
      const packed = zstdCompressSync(plain, { params, chunkSize, pledgedSrcSize: plain.byteLength })
      return fill(target, packed)
    },
    decompress(packed, target) {
      const size = target.byteLength
      try {
        const options = { maxOutputLength: Math.max(size, 1), chunkSize: size + 64, rejectGarbageAfterEnd: true }
        return fill(target, zstdDecompressSync(packed, options))
      } catch {
        return -1 // zlib says no more than that a frame is broken or too long
      }
    },
  }
}

function fill(target: Uint8Array, bytes: Uint8Array): number {
  if (bytes.byteLength > target.byteLength) return -1
  target.set(bytes)
  return bytes.byteLength
}

let chosen: ZstdCodecOf | null = null

/** The fastest that works here, which is found out once a thread. */
export const bestZstd: ZstdCodecOf = parameters => {
  chosen ??= asNodeDoes(nativeZstd(), parameters) ?? nodeZstd
  return chosen(parameters)
}

/** The codec, if it makes the same frames as Node's, and so with these parameters, and reads them; else null. */
export function asNodeDoes(codecOf: ZstdCodecOf | null, parameters: ZstdParameters): ZstdCodecOf | null {
  if (codecOf === null) return null
  const [codec, other] = [codecOf(parameters), nodeZstd(parameters)]
  // Different contents one after the other: nothing of the first may be left in the second.
  const right = [2000, 10, 1000].every(count => {
    const plain = Buffer.from(Array.from({ length: count }, (_, i) => Math.imul(i * i, 2_654_435_761) >>> 24).join(' '))
    const [one, two, again] = [Buffer.alloc(8192), Buffer.alloc(8192), Buffer.alloc(plain.byteLength)]
    const packed = one.subarray(0, Math.max(codec.compress(plain, one), 0))
    if (!packed.equals(two.subarray(0, other.compress(plain, two)))) return false
    return codec.decompress(packed, again) === plain.byteLength && again.equals(plain)
  })
  return right ? codecOf : null
}
