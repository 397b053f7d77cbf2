import type { Backend, FileKind, Range } from '../../storage/backend.ts'
import { DigestSet } from '../browse/digest-set.ts'
import type { CachedKind, RepositoryCache } from './repository-cache.ts'

/**
 * The same storage, of which index files, snapshots and parts of packs are read from the cache where that has them, and kept
 * there once they were read. For reading what trees, indexes and snapshots say; whoever finds out whether a file is there, and
 * sound, asks the storage itself.
 */
export function cached(backend: Backend, cache: RepositoryCache): Backend {
  return {
    ...backend,
    async read(kind, name, range, signal) {
      if (!isKept(kind, range)) return await backend.read(kind, name, range, signal)
      signal.throwIfAborted()
      const kept = await cache.get(kind, name, range)
      if (kept !== null) return kept
      const bytes = await backend.read(kind, name, range, signal)
      await cache.put(kind, name, range, bytes)
      return bytes
    },
  }
}

function isKept(kind: FileKind, range: Range | null): kind is CachedKind {
  return kind === 'pack' ? range !== null : isWhole(kind) && range === null
}

function isWhole(kind: FileKind): kind is 'index' | 'snapshot' {
  return kind === 'index' || kind === 'snapshot'
}

/**
 * The same storage, every byte read from it; the cache keeps the index files and snapshots that are written, loses what is
 * removed, and, with the first whole listing of a kind, what others have removed.
 */
export function noted(backend: Backend, cache: RepositoryCache): Backend {
  const listed = new Set<FileKind>()
  return {
    ...backend,
    async *list(kind, signal) {
      if (!isWhole(kind) || listed.has(kind)) return yield* backend.list(kind, signal)
      const names = new DigestSet()
      for await (const file of backend.list(kind, signal)) {
        names.add(file.name)
        yield file
      }
      listed.add(kind)
      await cache.keepOnly(kind, name => names.has(name))
    },
    async write(kind, name, parts, signal) {
      const stored = await backend.write(kind, name, parts, signal)
      if (isWhole(kind)) await cache.put(kind, name, null, Buffer.concat(parts))
      return stored
    },
    async remove(kind, name, signal) {
      await backend.remove(kind, name, signal)
      if (isWhole(kind) || kind === 'pack') await cache.drop(kind, name)
    },
  }
}
