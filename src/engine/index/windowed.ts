import type { Backend, Range } from '../../storage/backend.ts'

/** Bytes that are read at once, and how many of such windows are kept. */
const windowBytes = 512 * 1024
const mostWindows = 16

/**
 * Reads small ranges of packs by windows, for blobs that lie close together and are wanted one by one, as trees are: 8 MiB
 * are kept. `endOf` says how many bytes of a pack hold blobs; null where that is unknown: then exactly the range is read.
 */
export function windowed(backend: Backend, endOf: (pack: string) => number | null): Backend {
  const windows = new Map<string, Promise<Uint8Array>>()
  const load = (pack: string, begin: number, end: number, signal: AbortSignal): Promise<Uint8Array> => {
    const key = `${pack} ${begin}`
    const window = windows.get(key) ?? backend.read('pack', pack, { offset: begin, length: end - begin }, signal)
    windows.delete(key)
    windows.set(key, window) // the last of them was used last
    window.catch(() => windows.delete(key))
    for (const oldest of windows.keys()) {
      if (windows.size <= mostWindows) break
      windows.delete(oldest)
    }
    return window
  }
  const readRange = async (pack: string, range: Range, signal: AbortSignal): Promise<Uint8Array> => {
    const end = endOf(pack)
    const begin = Math.floor(range.offset / windowBytes) * windowBytes
    const last = begin + windowBytes
    // What lies in two windows, or beyond the end that is known, is read by itself.
    if (end === null || range.offset + range.length > Math.min(last, end))
      return await backend.read('pack', pack, range, signal)
    // who began to read it may have been stopped since
    const window = await load(pack, begin, Math.min(last, end), signal).catch((error: unknown) => {
      if (signal.aborted) throw error
      return load(pack, begin, Math.min(last, end), signal)
    })
    return window.subarray(range.offset - begin, range.offset - begin + range.length)
  }
  return {
    ...backend,
    read: (kind, name, range, signal) =>
      kind === 'pack' && range !== null ? readRange(name, range, signal) : backend.read(kind, name, range, signal),
  }
}
