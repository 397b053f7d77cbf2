import { posix } from 'node:path'
import { makeFolder } from './remote-folders.ts'
import { sftpStatus, statusOf } from './sftp-failure.ts'
import { isUnsupported, type SftpSession } from './sftp-session.ts'

/** Renames, and replaces what stands there; makes the folder where it is missing. */
export async function moveInto(session: SftpSession, from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await replace(session, from, to, signal)
  } catch (error) {
    if (statusOf(error) !== sftpStatus.noSuchFile) throw error
    await makeFolder(session, posix.dirname(to), signal)
    await replace(session, from, to, signal)
  }
}

/** In one step where the server knows POSIX's rename; else what stands there is moved aside first, and back on a failure. */
async function replace(session: SftpSession, from: string, to: string, signal: AbortSignal): Promise<void> {
  const { sftp } = session
  const rename = (a: string, b: string) => session.tell(signal, done => sftp.rename(a, b, done))
  try {
    await session.tell(signal, done => sftp.ext_openssh_rename(from, to, done))
    return
  } catch (error) {
    if (!isUnsupported(error)) throw error
  }
  try {
    await rename(from, to)
  } catch (error) {
    // Where `from` is missing nothing is moved aside: it may have been renamed already.
    if (statusOf(error) === null || statusOf(error) === sftpStatus.noSuchFile) throw error
    if (!(await session.stat(to, signal))?.isFile()) throw error
    const aside = `${from}-before`
    await rename(to, aside)
    try {
      await rename(from, to)
    } catch (again) {
      await rename(aside, to)
      throw again
    }
    session.quietly(done => sftp.unlink(aside, done))
  }
}
