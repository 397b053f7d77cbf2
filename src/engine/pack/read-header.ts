import type { Backend } from '../../storage/backend.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { sealOverhead } from '../crypto/sealing-key.ts'
import { damaged } from '../damage.ts'
import { decodeHeader, type PackedBlob } from './pack-header.ts'

/** Bytes of a sealed header, as in restic: 400,000 blobs. */
const mostHeader = 16 * 1024 * 1024

/** The blobs of a whole pack by its own header. Throws `integrity`, naming the pack, where the header does not fit. */
export function headerOf(backend: Backend, key: SealingKey, name: string, pack: Uint8Array): PackedBlob[] {
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength)
  const length = bytes.byteLength < 4 ? 0 : bytes.readUInt32LE(bytes.byteLength - 4)
  const start = bytes.byteLength - 4 - length
  if (length < sealOverhead || length > mostHeader || start < 0) throw damaged(backend, 'pack', name, 'has no header')
  const header = key.open(bytes.subarray(start, start + length))
  if (header === null) throw damaged(backend, 'pack', name, 'fails the authentication of its header')
  const blobs = decodeHeader(header)
  const end = blobs?.at(-1)
  if (blobs === null || (end === undefined ? 0 : end.offset + end.length) !== start) {
    throw damaged(backend, 'pack', name, 'has a header that does not fit its content')
  }
  return blobs
}
