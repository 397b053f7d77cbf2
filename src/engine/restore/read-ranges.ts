import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import type { NeededBlob, NeededRange } from './plan-units.ts'
import type { Slots } from './slots.ts'
import type { ReadRange } from './unit-files.ts'

export interface ReadRanges {
  readonly ranges: readonly ReadRange[]
  /** Blobs whose pack is missing, or too short. */
  readonly unreadable: readonly NeededBlob[]
}

/** Reads the ranges of a unit, as many at the same time as `requests` lets. Throws where the storage does not answer. */
export async function readRanges(
  backend: Backend,
  needed: readonly NeededRange[],
  requests: Slots,
  signal: AbortSignal,
): Promise<ReadRanges> {
  const unreadable: NeededBlob[] = []
  const read = await Promise.all(
    needed.map(async ({ pack, offset, length, blobs }): Promise<ReadRange | null> => {
      await requests.enter()
      try {
        const bytes = await backend.read('pack', pack, { offset, length }, signal)
        return { bytes: owned(bytes), offset, blobs, plain: false }
      } catch (error) {
        if (!(error instanceof BlackstartError) || !['integrity', 'not-found'].includes(error.code)) throw error
        unreadable.push(...blobs)
        return null
      } finally {
        requests.leave()
      }
    }),
  )
  return { ranges: read.filter(range => range !== null), unreadable }
}

/** Memory that nobody else has a part of: it is handed to another thread, and written to. */
export function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
