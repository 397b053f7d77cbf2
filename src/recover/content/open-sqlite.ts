import { copyFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { reasonOf } from '../../errors.ts'
import { broken, type Opening, sound } from './opening.ts'

const shownErrors = 3

/**
 * Runs SQLite's own integrity check, read-only. A database that was captured with its journal or write-ahead log is
 * opened as a copy in `scratch`, a folder, because SQLite then has to write to it.
 */
export async function openSqlite(file: string, scratch: string): Promise<Opening> {
  const logs: string[] = []
  for (const log of ['-wal', '-journal']) if (await hasContent(file + log)) logs.push(log)
  if (logs.length === 0) {
    const url = pathToFileURL(file)
    // leaves no files beside it, and takes no locks: nobody else writes here
    url.searchParams.set('immutable', '1')
    return integrityOf(url, true)
  }
  const copy = path.join(scratch, 'database')
  await copyFile(file, copy)
  for (const log of logs) await copyFile(file + log, copy + log)
  return integrityOf(pathToFileURL(copy), false)
}

function integrityOf(url: URL, readOnly: boolean): Opening {
  try {
    using database = new DatabaseSync(url, { readOnly })
    const rows = database.prepare(`PRAGMA integrity_check(${shownErrors})`).all()
    const said = rows.map(row => String(row.integrity_check).replaceAll(/\s+/g, ' '))
    return said.length === 1 && said[0] === 'ok' ? sound : broken(`SQLite finds it damaged: ${said.join('; ')}`)
  } catch (error) {
    return broken(`SQLite cannot read it: ${reasonOf(error)}`)
  }
}

async function hasContent(file: string): Promise<boolean> {
  return stat(file).then(
    found => found.isFile() && found.size > 0,
    () => false,
  )
}
