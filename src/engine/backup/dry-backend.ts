import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'

/**
 * The same storage, of which nothing is changed. What is written is there for who reads it back, and but for locks it is gone
 * then: a pack is held in memory until it is read. Locks of others count for nothing.
 */
export function dryBackend(backend: Backend): Backend {
  const held = new Map<string, Uint8Array>()
  const put = (kind: FileKind, name: string, parts: readonly Uint8Array[]) => {
    const content = Buffer.concat(parts)
    held.set(layoutPath(kind, name), content)
    return { name, bytes: content.byteLength }
  }
  return {
    ...backend,
    holdsUploads: true,
    create: async () => undefined,
    async *list(kind, signal) {
      if (kind !== 'lock') return yield* backend.list(kind, signal)
      for (const [path, { byteLength: bytes }] of held) {
        const name = path.slice(path.lastIndexOf('/') + 1)
        if (path === layoutPath('lock', name)) yield { name, bytes }
      }
    },
    async stat(kind, name, signal) {
      const content = held.get(layoutPath(kind, name))
      return content === undefined ? await backend.stat(kind, name, signal) : { name, bytes: content.byteLength }
    },
    async read(kind, name, range, signal) {
      const content = held.get(layoutPath(kind, name))
      if (content === undefined) return await backend.read(kind, name, range, signal)
      return range === null ? content : content.subarray(range.offset, range.offset + range.length)
    },
    async *stream(kind, name, from, signal) {
      const content = held.get(layoutPath(kind, name))
      if (content === undefined) return yield* backend.stream(kind, name, from, signal)
      if (kind !== 'lock') held.delete(layoutPath(kind, name))
      yield content.subarray(from)
    },
    write: async (kind, name, parts) => put(kind, name, parts),
    async upload(kind) {
      const parts: Uint8Array[] = []
      return {
        append: async bytes => {
          parts.push(Uint8Array.from(bytes))
        },
        finish: async name => put(kind, name, parts),
        discard: async () => undefined,
      }
    },
    async remove(kind, name) {
      held.delete(layoutPath(kind, name))
    },
  }
}
