import { BlackstartError } from '../../errors.ts'
import { compress } from '../crypto/compression.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import type { BlobLocation } from '../index/blob-index.ts'
import type { SealedBlob } from '../pack/blob-sealing.ts'
import type { GoodBlob } from './read-blobs.ts'

/** A blob of another repository for that of `key`. What is compressed is not compressed anew. */
export function resealBlob(key: SealingKey, { blob, packed, plain }: GoodBlob): SealedBlob {
  if (blob.plainLength !== null) return sealed(key, blob, packed, blob.plainLength)
  const shorter = compress(plain)
  const worth = shorter.byteLength < plain.byteLength || (blob.type === 'tree' && plain.byteLength > 0)
  return worth ? sealed(key, blob, shorter, plain.byteLength) : sealed(key, blob, plain, null)
}

/** Compressed in any case, so that it counts as compressed from then on, as restic's. */
export function compressBlob(key: SealingKey, { blob, plain }: GoodBlob): SealedBlob {
  if (plain.byteLength === 0) return sealed(key, blob, plain, null)
  return sealed(key, blob, compress(plain), plain.byteLength)
}

/** Opens what it has sealed: a bit that flips in memory is found now, not at the restore. */
function sealed(key: SealingKey, { type, id }: BlobLocation, packed: Buffer, plainLength: number | null): SealedBlob {
  const bytes = key.seal(packed)
  if (key.open(bytes)?.equals(packed)) return { bytes, plainLength }
  throw new BlackstartError(
    'integrity',
    `${type} blob ${id} could not be read back before it was written. The memory or the processor of this machine is faulty: have it tested.`,
    { facts: { blob: id } },
  )
}
