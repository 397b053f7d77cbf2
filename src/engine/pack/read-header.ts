import type { Backend } from '../../storage/backend.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { sealOverhead } from '../crypto/sealing-key.ts'
import { damaged, type Place } from '../damage.ts'
import { decodeHeader, type PackedBlob } from './pack-header.ts'

/** Bytes of a sealed header, as in restic: 400,000 blobs. */
const mostHeader = 16 * 1024 * 1024

/** The blobs of a whole pack by its own header. Throws `integrity`, naming the pack, where the header does not fit. */
export function headerOf(backend: Backend, key: SealingKey, name: string, pack: Uint8Array): PackedBlob[] {
  const bytes = headerLength(pack)
  return headerFromEnd(backend, key, name, pack.subarray(-bytes - 4), pack.byteLength)
}

/** What the last four bytes of a pack, or of its end, say about the bytes of the sealed header before them; 0 for no header. */
export function headerLength(end: Uint8Array): number {
  if (end.byteLength < 4) return 0
  const length = new DataView(end.buffer, end.byteOffset + end.byteLength - 4, 4).getUint32(0, true)
  return length < sealOverhead || length > mostHeader ? 0 : length
}

/** As `headerOf`, of the last bytes of a pack of `packBytes`: the header and its length. */
export function headerFromEnd(
  backend: Place,
  key: SealingKey,
  name: string,
  end: Uint8Array,
  packBytes: number,
): PackedBlob[] {
  const length = headerLength(end)
  const start = packBytes - 4 - length
  if (length === 0 || start < 0 || end.byteLength < length + 4) throw damaged(backend, 'pack', name, 'has no header')
  const header = key.open(end.subarray(-length - 4, -4))
  if (header === null) throw damaged(backend, 'pack', name, 'fails the authentication of its header')
  const blobs = decodeHeader(header)
  const last = blobs?.at(-1)
  if (blobs === null || (last === undefined ? 0 : last.offset + last.length) !== start) {
    throw damaged(backend, 'pack', name, 'has a header that does not fit its content')
  }
  return blobs
}
