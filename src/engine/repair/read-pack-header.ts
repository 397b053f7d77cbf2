import { BlackstartError } from '../../errors.ts'
import type { BlobSource } from '../copy/read-blobs.ts'
import { damaged, missing } from '../damage.ts'
import type { PackedBlob } from '../pack/pack-header.ts'
import { headerFromEnd, headerLength } from '../pack/read-header.ts'

/** Read at once from the end of a pack: the header of a pack of 400 blobs and more. */
const firstRead = 16 * 1024

/** The blobs of a stored pack of so many bytes by its header, of which alone is read. Throws `integrity`, naming the pack. */
export async function readPackHeader(
  { backend, key }: BlobSource,
  name: string,
  bytes: number,
  signal: AbortSignal,
): Promise<PackedBlob[]> {
  const readEnd = async (length: number): Promise<Uint8Array> => {
    try {
      return await backend.read('pack', name, { offset: bytes - length, length }, signal)
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'not-found') throw error
      throw missing(backend, 'pack', name, error)
    }
  }
  const end = await readEnd(Math.min(bytes, firstRead))
  const whole = headerLength(end) + 4
  if (whole > bytes) throw damaged(backend, 'pack', name, 'has no header')
  return headerFromEnd(backend, key, name, whole <= end.byteLength ? end : await readEnd(whole), bytes)
}
