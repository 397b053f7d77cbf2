import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Backend, FileKind, StoredFile, Upload } from '../backend.ts'
import { folderOf, layoutPath } from '../layout.ts'
import type { StorageAccess } from '../storage-access.ts'
import { makeFolder, syncFolder } from './durable-folder.ts'
import { guarded } from './guarded.ts'
import { removeLeftovers, temporaryMark } from './leftovers.ts'
import { listFiles, statOrNull } from './list-files.ts'
import { readWhole, streamFile } from './read-file.ts'
import { TemporaryFile } from './temporary-file.ts'

const kinds: readonly FileKind[] = ['key', 'lock', 'snapshot', 'index', 'pack']

/** A repository in a folder of this machine, laid out as restic's `local` does (layout `default`, files 0400, folders 0700). */
export function localBackend(folder: string, { pace }: StorageAccess = {}): Backend {
  const root = path.resolve(folder)
  const place = (kind: FileKind, name: string): string => path.join(root, layoutPath(kind, name))
  const clean = leftoverRemoval(root)

  return {
    location: root,
    atOnce: 2,
    holdsUploads: false,
    create: signal => guarded(root, 'prepared', signal, () => prepare(root, signal)),
    list: (kind, signal) => listFiles(root, kind, signal),
    async stat(kind, name, signal) {
      const found = await guarded(root, 'read', signal, () => statOrNull(place(kind, name)))
      return found?.isFile() ? { name, bytes: found.size } : null
    },
    async read(kind, name, range, signal) {
      const what = `read (${layoutPath(kind, name)})`
      return await guarded(root, what, signal, () => readWhole({ root, kind, name }, range, pace, signal))
    },
    stream: (kind, name, from, signal) => streamFile({ root, kind, name }, from, pace, signal),
    async write(kind, name, parts, signal) {
      return await guarded(root, `written (${layoutPath(kind, name)})`, signal, async (): Promise<StoredFile> => {
        if (kind === 'pack') await clean()
        const file = place(kind, name)
        const temporary = await TemporaryFile.create(`${file}${temporaryMark}`, pace, signal)
        await temporary.guard(() => temporary.writeAll(parts))
        return { name, bytes: await temporary.moveTo(file) }
      })
    },
    async upload(kind, signal) {
      return await guarded(root, 'written', signal, async () => {
        if (kind === 'pack') await clean()
        const beginning = path.join(root, folderOf(kind) ?? '', `upload${temporaryMark}`)
        const temporary = await TemporaryFile.create(beginning, pace, signal)
        return uploadOf(root, temporary, name => place(kind, name), signal)
      })
    },
    async remove(kind, name, signal) {
      const file = place(kind, name)
      await guarded(root, `changed (${layoutPath(kind, name)})`, signal, async () => {
        if ((await statOrNull(file)) === null) return
        await rm(file, { force: true })
        await syncFolder(path.dirname(file))
      })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Once for each backend, before its first pack is written. What cannot be removed is in nobody's way. */
function leftoverRemoval(root: string): () => Promise<void> {
  let cleaned: Promise<void> | null = null
  return () => {
    cleaned ??= removeLeftovers(root, Date.now()).catch(() => undefined)
    return cleaned
  }
}

async function prepare(root: string, signal: AbortSignal): Promise<void> {
  await makeFolder(root)
  for (const kind of kinds) await makeFolder(path.join(root, folderOf(kind) ?? ''))
  const data = path.join(root, 'data')
  for (let prefix = 0; prefix < 256; prefix += 1) {
    signal.throwIfAborted()
    await mkdir(path.join(data, prefix.toString(16).padStart(2, '0')), { recursive: true, mode: 0o700 })
  }
  await syncFolder(data)
}

function uploadOf(
  root: string,
  temporary: TemporaryFile,
  place: (name: string) => string,
  signal: AbortSignal,
): Upload {
  let open = true
  return {
    append: bytes => guarded(root, 'written', signal, () => temporary.writeAll([bytes])),
    finish: name =>
      guarded(root, `written (${name})`, signal, async () => {
        open = false
        return { name, bytes: await temporary.moveTo(place(name)) }
      }),
    async discard() {
      if (!open) return
      open = false
      const removing = temporary.remove().catch(() => undefined) // what stays is removed as a leftover an hour later
      if (!signal.aborted) await removing // else it may wait for a write that hangs
    },
  }
}
