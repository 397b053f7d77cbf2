import type { Backend, FileKind, StoredFile } from '../../src/storage/backend.ts'

/** A storage whose listings do not know what was changed since they last caught up: what was written is missing, what was removed still there. */
export interface LaggingListings {
  readonly backend: Backend
  /** All listings tell the truth again, until the next change. */
  catchUp(): void
}

/** All else is as it is: a file that was written can be read, and one that was removed is not found. */
export function laggingListings(backend: Backend): LaggingListings {
  const written = new Set<string>()
  const removed = new Map<string, { readonly kind: FileKind; readonly file: StoredFile }>()
  const added = (kind: FileKind, file: StoredFile): StoredFile => {
    const key = `${kind}/${file.name}`
    if (!removed.delete(key)) written.add(key)
    return file
  }
  return {
    backend: {
      ...backend,
      async *list(kind, signal) {
        for await (const file of backend.list(kind, signal)) if (!written.has(`${kind}/${file.name}`)) yield file
        for (const each of [...removed.values()]) if (each.kind === kind) yield each.file
      },
      async write(kind, name, parts, signal) {
        const known = (await backend.stat(kind, name, signal)) !== null
        const file = await backend.write(kind, name, parts, signal)
        return known ? file : added(kind, file)
      },
      async upload(kind, signal) {
        const upload = await backend.upload(kind, signal)
        return { ...upload, finish: async name => added(kind, await upload.finish(name)) }
      },
      async remove(kind, name, signal) {
        const file = await backend.stat(kind, name, signal)
        await backend.remove(kind, name, signal)
        if (file !== null && !written.delete(`${kind}/${name}`)) removed.set(`${kind}/${name}`, { kind, file })
      },
    },
    catchUp() {
      written.clear()
      removed.clear()
    },
  }
}
