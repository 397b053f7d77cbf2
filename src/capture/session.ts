import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { BlackstartError, reasonOf } from '../errors.ts'

export interface SessionOptions {
  /** Where the locks lie, one small file a device; shared by every process that works on the site. */
  readonly folder: string
  /** `host:port`-like, as the connector names the device. */
  readonly device: string
  /** Milliseconds to wait for whoever has the session now. */
  readonly wait: number
}

/**
 * The one session that a device gets at a time, across all processes of this machine. It is an exclusive lock of SQLite
 * on a file of its own, so the system releases it when the process ends, however it ends. Throws `device-busy`
 * (retry) when the wait is over.
 */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<AsyncDisposable> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const name = createHash('sha256').update(options.device).digest('hex').slice(0, 32)
  const database = new DatabaseSync(path.join(options.folder, `${name}.session`), { timeout: 0 })
  const until = Date.now() + options.wait
  try {
    while (!tryLock(database)) {
      signal.throwIfAborted()
      if (Date.now() >= until) throw busy(options.device)
      await sleep(50, undefined, { signal })
    }
  } catch (error) {
    database.close()
    throw error
  }
  return {
    async [Symbol.asyncDispose]() {
      database.close()
    },
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    // nothing is ever written to it: also where the disk is full a device is read and written to
    database.exec('pragma journal_mode = memory; begin exclusive')
    return true
  } catch (error) {
    if (/locked|busy/i.test(reasonOf(error))) return false
    throw new BlackstartError('storage', `the device's session lock cannot be taken: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

function busy(device: string): BlackstartError {
  return new BlackstartError(
    'device-busy',
    `${device} already has a session with another capture or restore of this node; it gets one at a time. Wait until it ends, or end it.`,
    { facts: { device }, retry: true },
  )
}
