import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BlackstartError, systemCode } from '../../errors.ts'
import type { FileEntry, Pace } from '../connector.ts'
import { holdFolder } from '../files/held-folder.ts'
import { writeFile } from '../files/restore-files.ts'
import { checkIntegrity } from './copy-database.ts'
import { isBroken } from './sqlite-failure.ts'

/**
 * Puts the entry's database in the place of `file`, in one step, once it is whole, durable and passes SQLite's check.
 * Throws `device-busy`'s cause while another program holds the old one in a way that SQLite can see; an idle connection
 * to a database in rollback mode cannot be seen, so its program must be stopped.
 */
export async function replaceDatabase(
  writing: { readonly item: string; readonly pace: Pace },
  file: string,
  entry: FileEntry,
  signal: AbortSignal,
): Promise<void> {
  const restored = path.join(path.dirname(file), `.${path.basename(file)}.blackstart-restored`)
  await using folder = await holdFolder(Buffer.from(path.dirname(file)))
  try {
    await writeFile(writing, folder, Buffer.from(path.basename(restored)), entry, signal)
    checkIntegrity(writing.item, file, restored)
    await swap(writing.item, restored, file)
    await folder.sync()
  } finally {
    for (const end of ['', '-wal', '-shm']) await rm(`${restored}${end}`, { force: true })
  }
}

/** The old database's log must go with it: SQLite would play it into the new one. */
async function swap(item: string, restored: string, file: string): Promise<void> {
  using old = soleConnection(item, file)
  for (const end of ['-wal', '-shm', '-journal']) await rm(`${file}${end}`, { force: true })
  await rename(restored, file)
  if (old !== null) old.exec('ROLLBACK')
}

/** The old database, locked for us alone; null when there is none or it is broken. */
function soleConnection(item: string, file: string): DatabaseSync | null {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(file, { timeout: 1000 })
    const mode = database.prepare('PRAGMA journal_mode = DELETE').get()?.journal_mode // leaves WAL, if nobody else is there
    if (mode !== 'delete') throw inUse(item, file)
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    if (isBroken(error) || systemCode(error) === 'ENOENT') return null
    throw error
  }
}

function inUse(item: string, file: string): BlackstartError {
  return new BlackstartError(
    'device-busy',
    `${item}: another program has ${file} open. Stop it, then restore again; nothing was changed.`,
    { retry: true, facts: { path: file } },
  )
}
