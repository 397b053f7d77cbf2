import { posix } from 'node:path'
import type { FileKind, Upload } from '../backend.ts'
import { folderOf, layoutPath } from '../layout.ts'
import type { RemoteRepository } from './remote-repository.ts'
import type { SftpSession } from './sftp-session.ts'
import { TemporaryFile } from './temporary-file.ts'
import { whyNotWritten } from './why-not-written.ts'

/** Temporary packs lie in `data` itself, where one listing finds those that were left. */
export async function beginUpload(
  repository: RemoteRepository,
  kind: FileKind,
  beginning: string,
  signal: AbortSignal,
): Promise<Upload> {
  const { root, access, leftovers, sessions } = repository
  const data = posix.join(root, 'data')
  const folder = posix.join(root, folderOf(kind) ?? '')
  const session = await sessions.get(signal)
  try {
    if (kind === 'pack') await leftovers.remove(session, data, Date.now(), signal)
    const file = await TemporaryFile.create(session, posix.join(folder, beginning), access.pace, signal)
    return uploadOf(repository, session, file, name => posix.join(root, layoutPath(kind, name)), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw await whyNotWritten(session, root, 'written', error, signal)
  }
}

function uploadOf(
  repository: RemoteRepository,
  session: SftpSession,
  file: TemporaryFile,
  place: (name: string) => string,
  signal: AbortSignal,
): Upload {
  let open = true
  const discard = (): void => {
    if (open) file.discard()
    if (open && session.over) repository.leftovers.lost(file.path)
    open = false
  }
  const orGone = async <T>(what: string, action: () => Promise<T>): Promise<T> => {
    try {
      return await action()
    } catch (error) {
      const reason = signal.aborted ? signal.reason : await whyNotWritten(session, repository.root, what, error, signal)
      discard() // last: it frees the space by which a full disk is told
      throw reason
    }
  }
  return {
    append: bytes => orGone('written', () => file.append(bytes, signal)),
    finish: name =>
      orGone(`written (${name})`, async () => {
        const bytes = await file.moveTo(place(name), signal)
        open = false
        return { name, bytes }
      }),
    discard: () => Promise.resolve(discard()),
  }
}
