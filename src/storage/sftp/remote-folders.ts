import { posix } from 'node:path'
import type { FileEntryWithStats } from 'ssh2'
import { sftpStatus, statusOf } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

/** Requests that one folder's listing has under way: OpenSSH answers each with a hundred names. */
const ahead = 4

/** The entries of a folder, as they come; none where it is missing. */
export async function* entriesOf(
  session: SftpSession,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<readonly FileEntryWithStats[]> {
  const handle = await openFolder(session, folder, signal)
  if (handle === null) return
  try {
    const queue: Promise<FileEntryWithStats[] | null>[] = []
    for (;;) {
      while (queue.length < ahead) {
        const answer = nextEntries(session, handle, signal)
        answer.catch(() => undefined) // a failure is met when its turn comes
        queue.push(answer)
      }
      const entries = await queue.shift()
      if (entries === null || entries === undefined) return
      yield entries
    }
  } finally {
    session.close(handle)
  }
}

async function openFolder(session: SftpSession, folder: string, signal: AbortSignal): Promise<Buffer | null> {
  try {
    return await session.openFolder(folder, signal)
  } catch (error) {
    if (statusOf(error) === sftpStatus.noSuchFile) return null
    throw error
  }
}

/** Null at the end. */
async function nextEntries(
  session: SftpSession,
  handle: Buffer,
  signal: AbortSignal,
): Promise<FileEntryWithStats[] | null> {
  try {
    return await session.ask<FileEntryWithStats[]>(signal, done => session.sftp.readdir(handle, done))
  } catch (error) {
    if (statusOf(error) === sftpStatus.eof) return null
    throw error
  }
}

/** Makes a folder, and those above it that are missing; does nothing where it is there. */
export async function makeFolder(session: SftpSession, folder: string, signal: AbortSignal): Promise<void> {
  try {
    await session.tell(signal, done => session.sftp.mkdir(folder, { mode: 0o700 }, done))
  } catch (error) {
    if (statusOf(error) === null) throw error
    const found = await session.stat(folder, signal)
    if (found?.isDirectory()) return
    const above = posix.dirname(folder)
    // A server may say "failure" for a missing folder above.
    if (found !== null || above === folder || (await session.stat(above, signal)) !== null) throw error
    await makeFolder(session, above, signal)
    await makeFolder(session, folder, signal)
    return
  }
  await session.syncFolder(posix.dirname(folder), signal)
}
