import { diskFull, readOnlyDisk, sftpFailure, sftpStatus, statusOf } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

/** Of statvfs(3), as `statvfs@openssh.com` gives it. */
interface FileSystem {
  readonly f_bavail: number
  readonly f_favail: number
  readonly f_flag: number
}

/** ST_RDONLY. */
const mountedReadOnly = 1
/** Blocks: below that the disk is full for a file of any size. */
const hardlyAny = 16

/** SFTP says "failure" for a full disk, and OpenSSH for a read-only one too: the file system is asked, where that can be. */
export async function whyNotWritten(
  session: SftpSession,
  folder: string,
  what: string,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const plain = sftpFailure(session.location, what, error)
  if (statusOf(error) !== sftpStatus.failure) return plain
  try {
    const found = await session.ask<FileSystem>(signal, done => session.sftp.ext_openssh_statvfs(folder, done))
    if (found.f_bavail < hardlyAny || found.f_favail === 0) return diskFull(session.location, error)
    return (found.f_flag & mountedReadOnly) !== 0 ? readOnlyDisk(session.location, error) : plain
  } catch {
    return plain // the server does not know: what it said first stays
  }
}
