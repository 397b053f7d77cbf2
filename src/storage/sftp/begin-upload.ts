import { posix } from 'node:path'
import { BlackstartError } from '../../errors.ts'
import type { FileKind, Upload } from '../backend.ts'
import { folderOf, layoutPath } from '../layout.ts'
import type { RemoteRepository } from './remote-repository.ts'
import { TemporaryFile, temporaryPath } from './temporary-file.ts'
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
  const path = temporaryPath(posix.join(root, folderOf(kind) ?? '', beginning))
  const session = await sessions.get(signal)
  try {
    if (kind === 'pack') await leftovers.remove(session, data, Date.now(), signal)
    const file = await TemporaryFile.create(session, path, access.pace, signal)
    return uploadOf(repository, file, name => posix.join(root, layoutPath(kind, name)), signal)
  } catch (error) {
    if (session.over) leftovers.lost(path) // it may be there, and only the answer was lost
    signal.throwIfAborted()
    throw await whyNotWritten(session, root, 'written', error, signal)
  }
}

/** Goes on where its session broke, over the next one; after any other failure nothing is left of it. */
function uploadOf(
  { root, sessions, leftovers }: RemoteRepository,
  file: TemporaryFile,
  place: (name: string) => string,
  signal: AbortSignal,
): Upload {
  let open = true
  let broken = false
  const discard = (): void => {
    if (open) file.discard()
    if (open && file.session.over) leftovers.lost(file.path)
    open = false
  }
  const orGone = async <T>(what: string, action: () => Promise<T>): Promise<T> => {
    try {
      if (broken) await file.goOn(await sessions.get(signal), signal)
      broken = false
      return await action()
    } catch (error) {
      const reason = signal.aborted ? signal.reason : await whyNotWritten(file.session, root, what, error, signal)
      broken = reason instanceof BlackstartError && reason.retry
      if (!broken) discard() // last: it frees the space by which a full disk is told
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
