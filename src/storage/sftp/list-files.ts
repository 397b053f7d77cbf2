import { posix } from 'node:path'
import type { FileEntryWithStats } from 'ssh2'
import type { FileKind, StoredFile } from '../backend.ts'
import { folderOf, layoutPath } from '../layout.ts'
import { entriesOf } from './remote-folders.ts'
import type { RemoteRepository } from './remote-repository.ts'
import { sftpFailure } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

const named = /^[0-9a-f]{64}$/
/** Folders of packs that are listed at the same time. */
const foldersAtOnce = 64

/** As `Backend.list`. */
export async function* listFiles(
  repository: RemoteRepository,
  kind: FileKind,
  signal: AbortSignal,
): AsyncGenerator<StoredFile> {
  const { root, location, sessions } = repository
  const folder = folderOf(kind)
  try {
    const session = await sessions.get(signal)
    if (folder === null) {
      const config = await statFile(repository, session, kind, 'config', signal)
      if (config !== null) yield config
    } else if (kind === 'pack') yield* listPacks(repository, session, signal)
    else {
      for await (const entries of entriesOf(session, posix.join(root, folder), signal)) {
        yield* filesOf(repository, posix.join(root, folder), entries)
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(location, `listed (${folder ?? 'config'})`, error)
  }
}

async function* listPacks(
  repository: RemoteRepository,
  session: SftpSession,
  signal: AbortSignal,
): AsyncGenerator<StoredFile> {
  const data = posix.join(repository.root, 'data')
  const names = (await Array.fromAsync(entriesOf(session, data, signal))).flat().map(({ filename }) => filename)
  const folders = names.filter(name => /^[0-9a-f]{2}$/.test(name)).map(name => posix.join(data, name))
  const queue: Promise<StoredFile[]>[] = []
  for (let next = 0; ; ) {
    while (queue.length < foldersAtOnce && next < folders.length) {
      const files = listFolder(repository, session, folders[next++] ?? '', signal)
      files.catch(() => undefined) // a failure is met when its turn comes
      queue.push(files)
    }
    const files = queue.shift()
    if (files === undefined) return
    yield* await files
  }
}

async function listFolder(repository: RemoteRepository, session: SftpSession, folder: string, signal: AbortSignal) {
  const entries = (await Array.fromAsync(entriesOf(session, folder, signal))).flat()
  return filesOf(repository, folder, entries)
}

function filesOf(
  { leftovers }: RemoteRepository,
  folder: string,
  entries: readonly FileEntryWithStats[],
): StoredFile[] {
  for (const entry of entries) leftovers.see(folder, entry, Date.now())
  return entries
    .filter(({ filename, attrs }) => named.test(filename) && attrs.isFile())
    .map(({ filename, attrs }) => ({ name: filename, bytes: attrs.size }))
}

/** Null where there is no such file. */
export async function statFile(
  { root }: RemoteRepository,
  session: SftpSession,
  kind: FileKind,
  name: string,
  signal: AbortSignal,
): Promise<StoredFile | null> {
  const found = await session.stat(posix.join(root, layoutPath(kind, name)), signal)
  return found?.isFile() ? { name, bytes: found.size } : null
}
