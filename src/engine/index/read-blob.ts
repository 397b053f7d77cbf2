import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { damaged, missing } from '../damage.ts'
import { openBlob } from '../pack/blob-sealing.ts'
import type { BlobLocation } from './blob-index.ts'

/** The plain content from the first place that gives it back as it was; else the first place's error; null for no places. */
export async function readBlob(
  backend: Backend,
  key: SealingKey,
  places: readonly BlobLocation[],
  signal: AbortSignal,
): Promise<Buffer | BlackstartError | null> {
  let failure: BlackstartError | null = null
  for (const place of places) {
    try {
      return await readAt(backend, key, place, signal)
    } catch (error) {
      if (!(error instanceof BlackstartError) || !(error.code === 'integrity' || error.code === 'not-found'))
        throw error
      failure ??= error.code === 'integrity' ? error : missing(backend, 'pack', place.pack, error)
    }
  }
  return failure
}

async function readAt(backend: Backend, key: SealingKey, place: BlobLocation, signal: AbortSignal): Promise<Buffer> {
  const { pack, offset, length } = place
  const bytes = await backend.read('pack', pack, { offset, length }, signal)
  const opened = openBlob(key, place, bytes)
  if (typeof opened === 'string') throw damaged(backend, 'pack', pack, opened)
  return opened
}
