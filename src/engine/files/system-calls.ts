import os from 'node:os'
import { type NativeFunction, type NativeLibrary, type NativeType, nativeLibrary } from './native.ts'

/**
 * Calls of Linux that Node lacks. Paths are bytes that end with a zero; `folder` is a descriptor that a path is relative
 * to, or `currentFolder`. No call follows a link at the end of a path. Each throws as `node:fs` does, with `code` and `syscall`.
 */
export interface SystemCalls {
  /** Fills 256 bytes with a `struct statx`. */
  statx(folder: number, path: Uint8Array, into: Uint8Array): void
  /** Access and modification time: seconds and nanoseconds of each. */
  utimens(path: Uint8Array, times: BigInt64Array): void
  futimens(file: number, times: BigInt64Array): void
  /** Names, each ended by a zero. */
  listAttributes(path: Uint8Array): Buffer
  getAttribute(path: Uint8Array, name: Uint8Array): Buffer
  setAttribute(path: Uint8Array, name: Uint8Array, value: Uint8Array): void
  removeAttribute(path: Uint8Array, name: Uint8Array): void
  /** Where data begins at or behind `offset`; null where only a hole is left. */
  seekData(file: number, offset: number): number | null
  /** Where the next hole begins at or behind `offset`: the end of the file counts as one. */
  seekHole(file: number, offset: number): number
  /** Makes a hole; the size of the file stays. */
  punchHole(file: number, offset: number, length: number): void
  /** A FIFO or a device; `mode` with the bits of its kind, `device` as `dev_t`. */
  makeNode(path: Uint8Array, mode: number, device: bigint): void
  /** Brings what was written to the file system of `file` to its disk. */
  syncFileSystem(file: number): void
  /** Lets the system forget what it keeps in memory of a file, so that the next reader reads the disk. Never throws. */
  forgetCached(file: number): void
}

export const currentFolder = -100
const noFollow = 0x100
const [seekDataWhence, seekHoleWhence] = [3, 4]
const [keepSize, punch] = [1, 2]
const dontNeed = 4
/** STATX_BASIC_STATS */
const basicStats = 0x7ff
/** The most that Linux keeps of names, and of one value. */
const attributeBytes = 65_536

let calls: SystemCalls | string | null = null

/** The calls, loaded once a thread; where this system has none of them, the reason to end a sentence with. */
export function systemCalls(): SystemCalls | string {
  calls ??= bind(nativeLibrary())
  return calls
}

interface Call {
  readonly name: string
  readonly function: NativeFunction
  readonly errno: () => number
}

function bind(library: NativeLibrary | string): SystemCalls | string {
  if (typeof library === 'string') return library
  const missing: string[] = []
  const call = (name: string, parameters: readonly NativeType[], result: NativeType = 'int'): Call => {
    const found = library.find(name, result, parameters)
    if (found === null) missing.push(name)
    return { name, function: found ?? (() => null), errno: library.errno }
  }
  const bound = fileCalls(call)
  return missing.length === 0 ? bound : `the C library lacks ${missing.join(', ')}`
}

function fileCalls(call: (name: string, parameters: readonly NativeType[], result?: NativeType) => Call): SystemCalls {
  const statx = call('statx', ['int', 'bytes', 'int', 'uint32', 'bytes'])
  const utimensat = call('utimensat', ['int', 'bytes', 'bytes', 'int'])
  const futimens = call('futimens', ['int', 'bytes'])
  const lseek = call('lseek', ['int', 'int64', 'int'], 'int64')
  const fallocate = call('fallocate', ['int', 'int', 'int64', 'int64'])
  const mknod = call('mknod', ['bytes', 'uint32', 'size'])
  const syncfs = call('syncfs', ['int'])
  const fadvise = call('posix_fadvise', ['int', 'int64', 'int64', 'int'])
  return {
    ...attributeCalls(call),
    statx: (folder, path, into) => void run(statx, folder, path, noFollow, basicStats, into),
    utimens: (path, times) => void run(utimensat, currentFolder, path, times, noFollow),
    futimens: (file, times) => void run(futimens, file, times),
    seekData(file, offset) {
      const found = Number(lseek.function(file, offset, seekDataWhence))
      if (found >= 0) return found
      if (lseek.errno() === os.constants.errno.ENXIO) return null
      throw failure(lseek)
    },
    seekHole: (file, offset) => run(lseek, file, offset, seekHoleWhence),
    punchHole: (file, offset, length) => void run(fallocate, file, keepSize | punch, offset, length),
    makeNode: (path, mode, device) => void run(mknod, path, mode, device),
    syncFileSystem: file => void run(syncfs, file),
    forgetCached: file => void fadvise.function(file, 0, 0, dontNeed),
  }
}

type AttributeCalls = Pick<SystemCalls, 'listAttributes' | 'getAttribute' | 'setAttribute' | 'removeAttribute'>

function attributeCalls(
  call: (name: string, parameters: readonly NativeType[], result?: NativeType) => Call,
): AttributeCalls {
  const list = call('llistxattr', ['bytes', 'bytes', 'size'], 'int64')
  const get = call('lgetxattr', ['bytes', 'bytes', 'bytes', 'size'], 'int64')
  const set = call('lsetxattr', ['bytes', 'bytes', 'bytes', 'size', 'int'])
  const remove = call('lremovexattr', ['bytes', 'bytes'])
  const space = Buffer.allocUnsafeSlow(attributeBytes)
  return {
    listAttributes: path => Buffer.from(space.subarray(0, run(list, path, space, space.byteLength))),
    getAttribute: (path, name) => Buffer.from(space.subarray(0, run(get, path, name, space, space.byteLength))),
    setAttribute: (path, name, value) => void run(set, path, name, value, value.byteLength, 0),
    removeAttribute: (path, name) => void run(remove, path, name),
  }
}

/** The result, where it is no failure. */
function run(call: Call, ...values: Parameters<NativeFunction>): number {
  const result = Number(call.function(...values))
  if (result >= 0) return result
  throw failure(call)
}

function failure({ name, errno }: Call): Error {
  const number = errno()
  const code = codes.get(number) ?? `errno ${number}`
  return Object.assign(new Error(`${code}: ${name}`), { code, errno: -number, syscall: name })
}

/** Of several words for one number the first: `ENOTSUP`, `EAGAIN`, as Node says. */
const codes: ReadonlyMap<number, string> = new Map(
  Object.entries(os.constants.errno)
    .toReversed()
    .map(([code, number]) => [number, code]),
)
