import { createRequire } from 'node:module'
import os from 'node:os'

/** `bytes` is a typed array, or null for a null pointer; a size or a pointer comes back as a number, beyond 2^53 as a bigint. */
export type NativeType = 'void' | 'int' | 'uint32' | 'int64' | 'size' | 'bytes' | 'pointer'
export type NativeValue = number | bigint | NodeJS.TypedArray | null
export type NativeFunction = (...values: NativeValue[]) => NativeValue

const spelled: Readonly<Record<NativeType, string>> = {
  ...{ void: 'void', int: 'int', uint32: 'uint32_t', int64: 'int64_t', size: 'uint64_t' },
  ...{ bytes: 'void *', pointer: 'void *' },
}

export interface NativeLibrary {
  /** A function of the process itself, that is of libc and what Node carries; null where there is none of that name. */
  find(name: string, result: NativeType, parameters: readonly NativeType[]): NativeFunction | null
  /** What the last call of a function set `errno` to. Valid right after a call that said it failed. */
  errno(): number
}

let library: NativeLibrary | string | null = null

/** Loaded by the first call, in about 10 ms a thread; where that cannot be, the reason to end a sentence with. Linux of 64 bits only. */
export function nativeLibrary(): NativeLibrary | string {
  library ??= load()
  return library
}

function load(): NativeLibrary | string {
  // The structures of the calls are laid out as Linux has them for these processors.
  if (process.platform !== 'linux') return `the calls are known for Linux only, and this is ${process.platform}`
  if (!['x64', 'arm64'].includes(os.arch()) || os.endianness() !== 'LE') return `not known for ${os.arch()} processors`
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const self = koffi.load(null)
    const find: NativeLibrary['find'] = (name, result, parameters) => {
      try {
        const types = parameters.map(each => spelled[each])
        return self.func(name, spelled[result], types) as unknown as NativeFunction
      } catch {
        return null // an older libc, or a Node that keeps its libraries to itself
      }
    }
    return { find, errno: () => koffi.errno() }
  } catch (error) {
    return `the package koffi cannot be loaded: ${error instanceof Error ? error.message : String(error)}`
  }
}
