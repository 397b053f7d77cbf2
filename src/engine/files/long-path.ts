import { closeSync, constants, openSync } from 'node:fs'
import { encodeBytes } from '../tree/byte-string.ts'
import { systemPath } from './file-system.ts'

/** Linux takes 4,095 bytes and a zero; room is left for the words that take the place of a beginning. */
const longest = 4000
/** Not among Node's constants: a descriptor that only stands for a place. */
const pathOnly = 0o10000000

/**
 * Runs `action` with the path as the system takes it, also where it is longer than the system allows: then its beginning
 * is opened and stands there as a descriptor, as long as `action` runs. Throws the system's error.
 */
export function reach<Result>(path: string, action: (path: string | Buffer) => Result): Result {
  // Three bytes are the most that one unit of a string takes.
  if (path.length * 3 < longest || process.platform !== 'linux') return action(systemPath(path))
  const bytes = encodeBytes(path)
  if (bytes.byteLength <= longest) return action(systemPath(path))
  const folder = openBeginning(bytes)
  try {
    return action(Buffer.concat([Buffer.from(`/proc/self/fd/${folder.opened}/`), bytes.subarray(folder.length)]))
  } finally {
    closeSync(folder.opened)
  }
}

/** As many folders of the path as leave a rest that is short enough. */
function openBeginning(path: Buffer): { readonly opened: number; readonly length: number } {
  let opened: number | null = null
  let length = 0
  while (path.byteLength - length > longest) {
    const cut = path.lastIndexOf(0x2f, length + longest)
    if (cut <= length) throw Object.assign(new Error('ENAMETOOLONG: a name is too long'), { code: 'ENAMETOOLONG' })
    const step = path.subarray(length, cut)
    const from = opened === null ? step : Buffer.concat([Buffer.from(`/proc/self/fd/${opened}/`), step])
    try {
      const next = openSync(from, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      if (opened !== null) closeSync(opened)
      opened = next
    } catch (error) {
      if (opened !== null) closeSync(opened)
      throw error
    }
    length = cut + 1
  }
  if (opened === null) throw new RangeError('the path is not too long')
  return { opened, length }
}

/** With the zero at its end that C wants. */
export function terminated(path: string | Buffer): Buffer {
  return typeof path === 'string' ? Buffer.from(`${path}\0`) : Buffer.concat([path, Buffer.alloc(1)])
}
