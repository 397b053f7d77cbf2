import { sealOverhead } from '../crypto/sealing-key.ts'

export type BlobType = 'data' | 'tree'

/** A blob as it lies in a pack. */
export interface PackedBlob {
  readonly type: BlobType
  /** SHA-256 of the plain bytes. */
  readonly id: string
  /** Bytes from the pack's beginning. */
  readonly offset: number
  /** Bytes, sealed. */
  readonly length: number
  /** Bytes of the plain content; null where the blob is not compressed. */
  readonly plainLength: number | null
}

const plainEntry = 1 + 4 + 32
const compressedEntry = plainEntry + 4

/** Bytes of the header before sealing. */
export function headerBytes(blobs: readonly PackedBlob[]): number {
  return blobs.reduce((sum, blob) => sum + (blob.plainLength === null ? plainEntry : compressedEntry), 0)
}

export function encodeHeader(blobs: readonly PackedBlob[]): Buffer {
  const header = Buffer.alloc(headerBytes(blobs))
  let at = 0
  for (const { type, id, length, plainLength } of blobs) {
    at = header.writeUInt8((type === 'tree' ? 1 : 0) | (plainLength === null ? 0 : 2), at)
    at = header.writeUInt32LE(length, at)
    if (plainLength !== null) at = header.writeUInt32LE(plainLength, at)
    at += header.write(id, at, 'hex')
  }
  return header
}

/** The blobs that a header describes, in their order; null where it is not a header. */
export function decodeHeader(header: Buffer): PackedBlob[] | null {
  const blobs: PackedBlob[] = []
  let offset = 0
  for (let at = 0; at < header.byteLength; ) {
    const kind = header.readUInt8(at)
    const compressed = (kind & 2) !== 0
    const size = compressed ? compressedEntry : plainEntry
    if (kind > 3 || at + size > header.byteLength) return null
    const length = header.readUInt32LE(at + 1)
    const plainLength = compressed ? header.readUInt32LE(at + 5) : null
    if (length < sealOverhead || plainLength === 0) return null
    const id = header.toString('hex', at + size - 32, at + size)
    blobs.push({ type: (kind & 1) === 0 ? 'data' : 'tree', id, offset, length, plainLength })
    offset += length
    at += size
  }
  return blobs
}
