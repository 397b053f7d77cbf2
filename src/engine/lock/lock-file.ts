import { z } from 'zod'
import { systemCode } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'
import { isTime } from '../tree/go-time.ts'

const whole = z.int().refine(number => !Object.is(number, -0))
const user = whole
  .min(0)
  .max(2 ** 32 - 1)
  .optional()

const schema = z.object({
  time: z.string().refine(isTime),
  exclusive: z.boolean().default(false),
  hostname: z.string().default(''),
  username: z.string().default(''),
  pid: whole.default(0),
  uid: user,
  gid: user,
})

/** A file of `locks/`, as restic's. */
export type LockFile = z.infer<typeof schema>

/** Milliseconds after which a lock that nobody refreshed counts for nothing. */
export const staleAfter = 30 * 60_000

/** Throws `integrity` where the value is not a lock. */
export function decodeLock(backend: Backend, name: string, value: unknown): LockFile {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw damaged(backend, 'lock', name, 'is no lock', parsed.error)
  return parsed.data
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
