import { sha256 } from '../crypto/sha256.ts'
import { systemCalls } from './system-calls.ts'

export interface DataRange {
  readonly offset: number
  readonly length: number
}

/**
 * The parts of an opened file, from byte `from` on, that may hold something else than zeros, in order; what lies between is a hole, and reads as
 * zeros without the disk. The whole file where the system cannot tell.
 */
export function* dataRanges(file: number, size: number, from = 0): Generator<DataRange> {
  const calls = systemCalls()
  if (typeof calls === 'string') {
    if (size > from) yield { offset: from, length: size - from }
    return
  }
  for (let at = from; at < size; ) {
    const offset = orWhole(() => calls.seekData(file, at), at)
    if (offset === null || offset >= size) return
    const end = Math.min(size, orWhole(() => calls.seekHole(file, offset), size) ?? size)
    // a file system that finds no data where it has said that there is some: all the rest is read
    at = end > offset ? end : size
    yield { offset, length: at - offset }
  }
}

/** A file system that knows no holes says EINVAL: then all is data. */
function orWhole(seek: () => number | null, otherwise: number): number | null {
  try {
    return seek()
  } catch (error) {
    if (['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(String((error as NodeJS.ErrnoException).code))) return otherwise
    throw error
  }
}

const zeroIds = new Map<number, string>()

/** The id of a blob of so many zeros. */
export function zeroId(length: number): string {
  const known = zeroIds.get(length)
  if (known !== undefined) return known
  if (zeroIds.size >= 1000) zeroIds.clear()
  const id = sha256(new Uint8Array(length))
  zeroIds.set(length, id)
  return id
}
