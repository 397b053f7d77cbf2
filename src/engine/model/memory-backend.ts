import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind, Range, StoredFile } from '../../storage/backend.ts'
import { bufferedUpload } from '../../storage/buffered-upload.ts'
import { layoutPath } from '../../storage/layout.ts'

/** A repository's files by their place in restic's layout, in the order in which they were written. */
export type MemoryFiles = Map<string, Uint8Array>

const folders = {
  config: 'config',
  key: 'keys/',
  lock: 'locks/',
  snapshot: 'snapshots/',
  index: 'index/',
  pack: 'data/',
}

/** A repository in memory: what one of these objects writes, every other one on the same files sees at once. */
export function memoryBackend(files: MemoryFiles, location: string): Backend {
  const write = async (kind: FileKind, name: string, parts: readonly Uint8Array[]): Promise<StoredFile> => {
    const bytes = Buffer.concat(parts)
    files.set(layoutPath(kind, name), bytes)
    return { name, bytes: bytes.byteLength }
  }
  const read = (kind: FileKind, name: string): Uint8Array => {
    const file = layoutPath(kind, name)
    const bytes = files.get(file)
    if (bytes !== undefined) return bytes
    throw new BlackstartError('not-found', `${location}: there is no file ${file}.`, { facts: { file } })
  }
  return {
    ...{ location, atOnce: 3, holdsUploads: true },
    async create(signal) {
      signal.throwIfAborted()
    },
    async *list(kind, signal) {
      signal.throwIfAborted()
      const found = [...files].filter(([file]) => file.startsWith(folders[kind]))
      for (const [file, bytes] of found) yield { name: file.slice(file.lastIndexOf('/') + 1), bytes: bytes.byteLength }
    },
    async stat(kind, name, signal) {
      signal.throwIfAborted()
      const bytes = files.get(layoutPath(kind, name))
      return bytes === undefined ? null : { name, bytes: bytes.byteLength }
    },
    async read(kind, name, range, signal) {
      signal.throwIfAborted()
      return partOf(read(kind, name), range, `${location}: ${layoutPath(kind, name)}`)
    },
    async *stream(kind, name, from, signal) {
      signal.throwIfAborted()
      const bytes = read(kind, name)
      for (let at = from; at < bytes.byteLength; at += pieceBytes) {
        signal.throwIfAborted()
        yield Uint8Array.from(bytes.subarray(at, at + pieceBytes))
      }
    },
    async write(kind, name, parts, signal) {
      signal.throwIfAborted()
      return await write(kind, name, parts)
    },
    async upload(kind, signal) {
      signal.throwIfAborted()
      return bufferedUpload(async (name, parts) => {
        signal.throwIfAborted()
        return await write(kind, name, parts)
      })
    },
    async remove(kind, name, signal) {
      signal.throwIfAborted()
      files.delete(layoutPath(kind, name))
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

const pieceBytes = 256 * 1024

/** A copy, which the caller may change. */
function partOf(bytes: Uint8Array, range: Range | null, file: string): Uint8Array {
  const { offset, length } = range ?? { offset: 0, length: bytes.byteLength }
  if (offset + length <= bytes.byteLength) return Uint8Array.from(bytes.subarray(offset, offset + length))
  throw new BlackstartError('integrity', `${file} is damaged: it ends after ${bytes.byteLength} bytes.`, {
    facts: { file, expected: offset + length, found: bytes.byteLength },
  })
}
