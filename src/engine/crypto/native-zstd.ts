import { type NativeFunction, nativeLibrary } from '../files/native.ts'
import type { ZstdCodecOf } from './zstd-codec.ts'

/**
 * The zstd that Node carries (zstd.h), with contexts that are kept as long as the thread: Node makes one, and a stream around
 * it, for each call, which for small blobs is most of the work. Null where Node does not let it be found.
 */
export function nativeZstd(): ZstdCodecOf | null {
  const library = nativeLibrary()
  if (typeof library === 'string') return null
  const encode = library.find('ZSTD_compress2', 'size', ['pointer', 'bytes', 'size', 'bytes', 'size'])
  const set = library.find('ZSTD_CCtx_setParameter', 'size', ['pointer', 'int', 'int'])
  const isError = library.find('ZSTD_isError', 'uint32', ['size'])
  const decode = library.find('ZSTD_decompressDCtx', 'size', ['pointer', 'bytes', 'size', 'bytes', 'size'])
  const createEncoder = library.find('ZSTD_createCCtx', 'pointer', [])
  const decoder = library.find('ZSTD_createDCtx', 'pointer', [])?.()
  if (!encode || !set || !isError || !decode || !createEncoder || !decoder) return null
  return parameters => {
    const encoder = createEncoder()
    for (const [parameter, value] of Object.entries(parameters)) {
      const result = set(encoder, Number(parameter), value)
      if (isError(result) !== 0) throw new RangeError(`zstd does not take ${value} for its parameter ${parameter}`)
    }
    return {
      compress: (plain, target) => sizeOf(encode(encoder, target, target.byteLength, plain, plain.byteLength), target),
      decompress: (packed, target) =>
        packed.byteLength === 0
          ? -1
          : sizeOf(decode(decoder, target, target.byteLength, packed, packed.byteLength), target),
    }
  }
}

/** An error is a size that no memory has. */
function sizeOf(result: ReturnType<NativeFunction>, target: Uint8Array): number {
  const size = Number(result)
  return size <= target.byteLength ? size : -1
}
