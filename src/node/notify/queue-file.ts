import { renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'

const layout = 1

const tables = `
  create table if not exists notice (seq integer primary key autoincrement, id text not null, json text not null);
  create table if not exists seen (seq integer primary key autoincrement, id text not null unique);
  create table if not exists delivery (
    seq integer primary key autoincrement, lane text not null, notice integer not null references notice (seq),
    digest integer not null, due integer not null, size integer not null, urgent integer not null, message text
  );
  create index if not exists delivery_lane on delivery (lane, digest, seq);
  create index if not exists delivery_notice on delivery (notice);
  create table if not exists lane (
    name text primary key, failures integer not null default 0, nextTry integer, lastSuccess integer, lastError text,
    lastErrorAt integer, lastSent integer, gap integer not null default 0, givenUp integer not null default 0,
    givenUpSince integer, givenUpTotal integer not null default 0, sent integer not null default 0, position text
  );
`

/**
 * SQLITE_FULL, SQLITE_BUSY and SQLITE_LOCKED, SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and
 * SQLITE_CANTOPEN: the low byte of the extended code.
 */
const [full, busy, damaged, ofDisk]: readonly (readonly number[])[] = [[13], [5, 6], [11, 26], [8, 10, 13, 14]]

export interface QueueFile {
  readonly database: DatabaseSync
  readonly replaced: boolean
  /** Why the disk does not take it: then it is held in memory, and forgotten at the end. Null where it does. */
  readonly inMemory: string | null
}

/**
 * The file of notices that wait. What is committed survives a crash and a power cut. One process has it at a time. A file
 * that is damaged is put aside, and a new one begun: `replaced` tells so. Throws `refused` where another process has it.
 */
export function openQueueFile(file: string): QueueFile {
  try {
    return { database: openTables(file), replaced: false, inMemory: null }
  } catch (error) {
    if (is(error, ofDisk)) {
      return { database: openTables(':memory:'), replaced: false, inMemory: reasonOf(queueTrouble(file, error)) }
    }
    if (!is(error, damaged)) throw queueTrouble(file, error)
  }
  try {
    renameSync(file, `${file}.damaged`)
    for (const beside of ['-wal', '-shm', '-journal']) rmSync(file + beside, { force: true })
    return { database: openTables(file), replaced: true, inMemory: null }
  } catch (error) {
    throw queueTrouble(file, error)
  }
}

function openTables(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 2_000 })
  try {
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full')
    database.exec('begin immediate')
    const version = Number(database.prepare('pragma user_version').get()?.user_version ?? 0)
    if (version > layout) throw newerFile(file)
    database.exec(`${tables} pragma user_version = ${layout}; commit`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function newerFile(file: string): BlackstartError {
  return new BlackstartError('unsupported', `${file} was written by a newer Blackstart: start that one.`)
}

function is(error: unknown, codes: readonly number[] = []): boolean {
  return systemCode(error) === 'ERR_SQLITE_ERROR' && codes.includes(Number(Object(error).errcode) & 0xff)
}

/** Any error of the file, as a person understands it. */
export function queueTrouble(file: string, error: unknown): unknown {
  if (error instanceof BlackstartError || systemCode(error) !== 'ERR_SQLITE_ERROR') return error
  if (is(error, busy)) {
    const sentence = `The notices in ${file} are held by another process: one node runs at a time for a site.`
    return new BlackstartError('refused', sentence, { cause: error, facts: { file } })
  }
  const remedy = is(error, full) ? 'Make room on its disk.' : 'Check its disk, and the rights on that file.'
  const sentence = `The notices in ${file} cannot be kept: ${reasonOf(error)}. ${remedy}`
  return new BlackstartError(is(error, full) ? 'disk-full' : 'storage', sentence, { cause: error, facts: { file } })
}
