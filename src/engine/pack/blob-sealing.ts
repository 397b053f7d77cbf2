import { compress, decompress } from '../crypto/compression.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { BlobType, PackedBlob } from './pack-header.ts'

export interface SealedBlob {
  readonly bytes: Uint8Array
  /** Null where the blob was not compressed. */
  readonly plainLength: number | null
}

/** Data that zstd does not shorten is kept as it is; trees are compressed always, else restic's prune rewrites them. */
export function sealBlob(key: SealingKey, type: BlobType, plain: Uint8Array): SealedBlob {
  const packed = compress(plain)
  const worth = type === 'tree' ? plain.byteLength > 0 : packed.byteLength < plain.byteLength
  if (!worth) return { bytes: key.seal(plain), plainLength: null }
  return { bytes: key.seal(packed), plainLength: plain.byteLength }
}

export interface OpenedBlob {
  /** What was sealed: the plain content, compressed where the blob is. */
  readonly packed: Buffer
  readonly plain: Buffer
}

/** The plain content, or what is wrong with it, to end the sentence "it …". */
export function openBlob(key: SealingKey, blob: BlobToOpen, bytes: Uint8Array): Buffer | string {
  const opened = openBlobParts(key, blob, bytes)
  return typeof opened === 'string' ? opened : opened.plain
}

type BlobToOpen = Pick<PackedBlob, 'type' | 'id' | 'plainLength'>

/** As `openBlob`, with what was sealed beside it. */
export function openBlobParts(key: SealingKey, blob: BlobToOpen, bytes: Uint8Array): OpenedBlob | string {
  const packed = key.open(bytes)
  const what = `${blob.type} blob ${blob.id}`
  if (packed === null) return `fails the authentication of ${what}`
  const plain = blob.plainLength === null ? packed : decompressOrNull(packed, blob.plainLength)
  if (plain === null) return `cannot be decompressed at ${what}`
  return sha256(plain) === blob.id ? { packed, plain } : `holds other bytes than the index says at ${what}`
}

function decompressOrNull(packed: Uint8Array, length: number): Buffer | null {
  try {
    const plain = decompress(packed, length)
    return plain.byteLength === length ? plain : null
  } catch {
    return null // zlib says no more than that the frame is broken or too long
  }
}
