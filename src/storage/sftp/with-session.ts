import type { RemoteRepository } from './remote-repository.ts'
import { sftpFailure } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

/** Runs an action over the connection; what fails is thrown as an error of a backend. `what` ends "… cannot be …". */
export async function withSession<T>(
  { sessions, location }: RemoteRepository,
  what: string,
  signal: AbortSignal,
  action: (session: SftpSession) => Promise<T>,
): Promise<T> {
  try {
    return await action(await sessions.get(signal))
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(location, what, error)
  }
}
