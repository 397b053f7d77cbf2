import { type NativeFunction, nativeLibrary } from '../files/native.ts'
import type { ZstdCodecOf } from './zstd-codec.ts'

/**
 * The zstd that Node carries (zstd.h), with contexts that are kept as long as the thread: Node makes one, and a stream around
 * it, for each call, which for small blobs is most of the work. Null where Node does not let it be found.
 */
export function nativeZstd(): ZstdCodecOf | null {
  const library = nativeLibrary()
  if (typeof library === 'string') return null
  const encode = library.find('ZSTD_compressCCtx', 'size', ['pointer', 'bytes', 'size', 'bytes', 'size', 'int'])
  const decode = library.find('ZSTD_decompressDCtx', 'size', ['pointer', 'bytes', 'size', 'bytes', 'size'])
  const encoder = library.find('ZSTD_createCCtx', 'pointer', [])?.()
  const decoder = library.find('ZSTD_createDCtx', 'pointer', [])?.()
  if (!encode || !decode || !encoder || !decoder) return null
  return level => ({
    compress: (plain, target) =>
      sizeOf(encode(encoder, target, target.byteLength, plain, plain.byteLength, level), target),
    decompress: (packed, target) =>
      packed.byteLength === 0
        ? -1
        : sizeOf(decode(decoder, target, target.byteLength, packed, packed.byteLength), target),
  })
}

/** An error is a size that no memory has. */
function sizeOf(result: ReturnType<NativeFunction>, target: Uint8Array): number {
  const size = Number(result)
  return size <= target.byteLength ? size : -1
}
