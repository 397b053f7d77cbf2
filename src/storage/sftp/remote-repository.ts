import type { StorageAccess } from '../storage-access.ts'
import type { Leftovers } from './leftovers.ts'
import type { SftpSessions } from './sftp-sessions.ts'

/** What every request of one backend shares. */
export interface RemoteRepository {
  /** Its folder on the server. */
  readonly root: string
  /** For errors. */
  readonly location: string
  readonly sessions: SftpSessions
  readonly access: StorageAccess
  readonly leftovers: Leftovers
}
