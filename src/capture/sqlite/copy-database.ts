import { constants } from 'node:fs'
import { access, type FileHandle, lstat, mkdtemp, open, rm, stat, statfs } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { BlackstartError, systemCode } from '../../errors.ts'

/** Pages copied between two looks at the signal: some 40 MB. */
const pagesAtOnce = 10_000

/**
 * Copies the live database at `file`, checks the copy, and returns it open and already without a name. The copy is one
 * state of the database, whoever writes to it meanwhile. `busy`: milliseconds to wait for a lock of another program.
 */
export async function copyDatabase(item: string, file: string, busy: number, signal: AbortSignal): Promise<FileHandle> {
  await readable(item, file)
  const folder = await privateFolder((await stat(file)).size)
  try {
    const copy = path.join(folder, 'copy')
    await copyOnce(file, copy, busy, signal)
    checkIntegrity(item, file, copy)
    signal.throwIfAborted()
    return await open(copy, 'r')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function copyOnce(file: string, copy: string, busy: number, signal: AbortSignal): Promise<void> {
  using source = new DatabaseSync(file, { readOnly: true, timeout: busy })
  source.exec('BEGIN')
  source.prepare('SELECT count(*) FROM sqlite_schema').get() // from here on we see this one state, and need not begin again
  await backup(source, copy, {
    rate: pagesAtOnce,
    progress: () => signal.throwIfAborted(),
  })
}

/** Throws `integrity` with SQLite's own words when the database at `copy`, which stands for `file`, is damaged. */
export function checkIntegrity(item: string, file: string, copy: string): void {
  using database = new DatabaseSync(copy, { readOnly: true })
  const words = database
    .prepare('PRAGMA integrity_check(3)')
    .all()
    .map(row => String(Object.values(row)[0]))
  if (words.length === 1 && words[0] === 'ok') return
  throw new BlackstartError(
    'integrity',
    `${item}: ${file} is damaged: SQLite's integrity check says "${words.join('; ')}". Repair it, or restore its last good version.`,
    { facts: { path: file, words } },
  )
}

async function readable(item: string, file: string): Promise<void> {
  const found = await lstat(file)
  if (!found.isFile() && !found.isSymbolicLink()) {
    throw new BlackstartError('unsupported', `${item}: ${file} is not a file. Correct options.path.`)
  }
  await access(file, constants.R_OK)
  if ((await stat(file)).size > 0) return
  throw new BlackstartError(
    'truncated',
    `${item}: ${file} is empty, which SQLite would take for a database without tables. Check the program that writes it.`,
    { facts: { path: file } },
  )
}

/** A new folder (0700), in memory where there is room for it, so that no plaintext comes to a disk. */
async function privateFolder(size: number): Promise<string> {
  const base = (await hasRoom('/dev/shm', size * 2)) ? '/dev/shm' : os.tmpdir()
  return mkdtemp(path.join(base, 'blackstart-sqlite-'))
}

async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    const { bavail, bsize, type } = await statfs(folder)
    await access(folder, constants.W_OK)
    return type === 0x01021994 /* tmpfs */ && bavail * bsize > bytes
  } catch (error) {
    if (systemCode(error) !== null) return false
    throw error
  }
}
