import { lstat, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../../errors.ts'
import type { Target } from '../connector.ts'
import { sqliteFailure } from './sqlite-failure.ts'

/** Milliseconds within which a second write may leave a file's time as it is. */
const tick = 20

/**
 * What the system tells of the database and of its write-ahead log. The database is not opened for it, not even for its change
 * counter: where this process has it open for a capture, closing it here would release the locks of that (POSIX locks belong
 * to the process), and what changes the counter changes the time too.
 */
export async function fileFingerprint(
  target: Pick<Target<unknown>, 'item' | 'excluded' | 'pace'>,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  if (target.excluded(path.basename(file))) return 'excluded'
  await target.pace.pause(signal)
  try {
    const first = await factsOf(file)
    if (Date.now() - first.newest > tick) return first.text
    await sleep(2 * tick, undefined, { signal })
    return (await factsOf(file)).text
  } catch (error) {
    signal.throwIfAborted()
    throw sqliteFailure(target.item, file, error)
  }
}

async function factsOf(file: string): Promise<{ readonly text: string; readonly newest: number }> {
  const database = await stat(file, { bigint: true })
  const log = await lstat(`${file}-wal`, { bigint: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  })
  const facts = [database.ino, database.size, database.mtimeNs, database.ctimeNs]
  // an empty log comes and goes with whoever only reads
  if (log !== null && log.size > 0n) facts.push(log.size, log.mtimeNs)
  const newest = Math.max(Number(database.ctimeMs), Number(log?.ctimeMs ?? 0))
  return { text: facts.join('.'), newest }
}
