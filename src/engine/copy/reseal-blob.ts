import { BlackstartError } from '../../errors.ts'
import { compress } from '../crypto/compression.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import type { BlobLocation } from '../index/blob-index.ts'
import { openBlob, type SealedBlob, sealBlob } from '../pack/blob-sealing.ts'

/** A blob that was read and verified. */
interface GoodBlob {
  readonly blob: BlobLocation
  readonly sealed: Uint8Array
  readonly plain: Uint8Array
}

/** A blob of one repository for another: what is compressed is not compressed anew. */
export function resealBlob(from: SealingKey, to: SealingKey, { blob, sealed, plain }: GoodBlob): SealedBlob {
  const packed = blob.plainLength === null ? null : from.open(sealed)
  const result =
    packed === null ? sealBlob(to, blob.type, plain) : { bytes: to.seal(packed), plainLength: blob.plainLength }
  return verified(to, blob, result)
}

/** Compressed in any case, so that it counts as compressed from then on, as restic's. */
export function compressBlob(key: SealingKey, { blob, plain }: GoodBlob): SealedBlob {
  if (plain.byteLength === 0) return verified(key, blob, { bytes: key.seal(plain), plainLength: null })
  return verified(key, blob, { bytes: key.seal(compress(plain)), plainLength: plain.byteLength })
}

/** A bit that flips in memory is found now, not at the restore. */
function verified(key: SealingKey, { type, id }: BlobLocation, sealed: SealedBlob): SealedBlob {
  const { bytes, plainLength } = sealed
  if (Buffer.isBuffer(openBlob(key, { type, id, plainLength }, bytes))) return sealed
  throw new BlackstartError(
    'integrity',
    `${type} blob ${id} could not be read back before it was written. The memory or the processor of this machine is faulty: have it tested.`,
    { facts: { blob: id } },
  )
}
