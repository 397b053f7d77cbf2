import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

const params = { [constants.ZSTD_c_compressionLevel]: 3 }

export function compress(plain: Uint8Array): Buffer {
  return zstdCompressSync(plain, { params, chunkSize: outputChunk(plain.byteLength), pledgedSrcSize: plain.byteLength })
}

/** Throws for what is not one zstd frame, and for more than `most` bytes. */
export function decompress(packed: Uint8Array, most: number): Buffer {
  return zstdDecompressSync(packed, { maxOutputLength: most, chunkSize: outputChunk(most) })
}

/** One output buffer where possible: the results would be joined. Bytes. */
function outputChunk(expected: number): number {
  return Math.min(Math.max(expected + 1024, 4096), 16 * 1024 * 1024)
}
