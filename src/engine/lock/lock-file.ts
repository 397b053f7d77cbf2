import { systemCode } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'
import { Fields, isFlag, isText, isUserId, isWhole } from '../fields.ts'
import { isTime } from '../tree/go-time.ts'

/** A file of `locks/`, as restic's. */
export interface LockFile {
  readonly time: string
  readonly exclusive: boolean
  readonly hostname: string
  readonly username: string
  readonly pid: number
  readonly uid?: number
  readonly gid?: number
}

/** Milliseconds after which a lock that nobody refreshed counts for nothing. */
export const staleAfter = 30 * 60_000

/** Throws `integrity` where the value is not a lock. */
export function decodeLock(backend: Backend, name: string, value: unknown): LockFile {
  try {
    return lockOf(new Fields(value))
  } catch (error) {
    throw damaged(backend, 'lock', name, 'is no lock', error)
  }
}

function lockOf(fields: Fields): LockFile {
  const [uid, gid] = [fields.optional('uid', isUserId), fields.optional('gid', isUserId)]
  return {
    time: fields.required('time', isTime),
    exclusive: fields.optional('exclusive', isFlag) ?? false,
    hostname: fields.optional('hostname', isText) ?? '',
    username: fields.optional('username', isText) ?? '',
    pid: fields.optional('pid', isWhole) ?? 0,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  }
}

/** restic's rule: older than half an hour, or of this machine and of a process that is gone. `now` in milliseconds. */
export function isStale(lock: LockFile, hostname: string, now: number): boolean {
  if (now - Date.parse(lock.time) > staleAfter) return true
  return lock.hostname === hostname && !processExists(lock.pid)
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM' // another user's
  }
}
