import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'
import { type Reserve, withReserveNow } from '../reserve.ts'

/**
 * What changes with every sign-in: sessions, failed attempts, codes that were used, requests that wait. It outlives the
 * process but is not captured: without it everybody signs in again, and nothing else is lost.
 */
export interface PeopleState extends Disposable {
  readonly database: DatabaseSync
  /** All or nothing, alone among all processes; done again with the reserve's room where the disk is full. */
  transaction<Result>(work: () => Result): Result
  /** As `transaction`, for what anybody can cause: throws `disk-full` at once, for the reserve is not theirs to use up. */
  transactionOfStranger<Result>(work: () => Result): Result
}

const schema = `
create table if not exists sessions (
  hash text primary key, id text not null unique, account text not null, stamp text not null, principal text,
  method text not null, source text not null, agent text not null,
  created integer not null, seen integer not null, proven integer not null
) strict;
create index if not exists sessions_account on sessions (account);
create table if not exists attempts (
  key text primary key, account text, failures integer not null, last integer not null, until integer not null
) strict;
create table if not exists known_sources (account text not null, source text not null, last integer not null,
  primary key (account, source)) strict;
create table if not exists used_codes (account text not null, step integer not null, primary key (account, step)) strict;
create table if not exists counters (passkey text primary key, counter integer not null, used integer not null) strict;
create table if not exists token_uses (token text primary key, last integer not null, source text not null) strict;
create table if not exists setup (one integer primary key check (one = 1), hash text not null) strict;
create table if not exists requests (
  id text primary key, kind text not null, item text not null, version text not null, zone text, reason text not null,
  asked integer not null, expires integer not null, asker text not null, asker_id text not null,
  decision text, decided integer, decider text, note text, used integer, decider_id text, decider_stamp text,
  without_safety integer not null default 0, target text
) strict;
create table if not exists salt (one integer primary key check (one = 1), bytes blob not null) strict;
`

/** Opens the state, or begins anew where it is damaged: the damaged file is put aside. Only its owner reads it. */
export async function openPeopleState(file: string, now: Date, reserve: Reserve): Promise<PeopleState> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  // made before SQLite makes it, for the rights on it
  await (await open(file, 'a', 0o600)).close()
  let database: DatabaseSync
  try {
    database = openDatabase(file)
  } catch (error) {
    if (!isDamage(error)) throw cannotOpen(file, error)
    setAside(file, now)
    await (await open(file, 'a', 0o600)).close()
    database = openDatabase(file)
  }
  return {
    database,
    transaction: work => withReserveNow(reserve, () => inTransaction(database, work)),
    transactionOfStranger: work => inTransaction(database, work),
    [Symbol.dispose]: () => database.close(),
  }
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = normal')
    database.exec(schema)
    addColumns(database)
    const [sound] = database.prepare('pragma quick_check(1)').all()
    if (sound?.quick_check !== 'ok') throw new Error('database disk image is malformed')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** To requests that a release before has made. */
function addColumns(database: DatabaseSync): void {
  const known = new Set(
    database
      .prepare('pragma table_info(requests)')
      .all()
      .map(({ name }) => name),
  )
  for (const name of ['decider_id', 'decider_stamp', 'target']) {
    if (!known.has(name)) database.exec(`alter table requests add column ${name} text`)
  }
  // what was asked for then was asked for with the safety capture
  const column = 'without_safety integer not null default 0'
  if (!known.has('without_safety')) database.exec(`alter table requests add column ${column}`)
}

function isDamage(error: unknown): boolean {
  return /malformed|not a database|file is encrypted/i.test(reasonOf(error))
}

function setAside(file: string, now: Date): void {
  renameSync(file, `${file}.${now.toISOString().replaceAll(':', '')}.damaged`)
  for (const beside of ['-wal', '-shm']) rmSync(`${file}${beside}`, { force: true })
}

function cannotOpen(file: string, error: unknown): BlackstartError {
  return new BlackstartError(
    'storage',
    `${file} cannot be opened: ${reasonOf(error)}. Check the disk, and its rights.`,
    {
      cause: error,
    },
  )
}

function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  try {
    database.exec('begin immediate')
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    // SQLite has rolled back by itself where the disk is full
    if (database.isTransaction) database.exec('rollback')
    throw ofDisk(error)
  }
}

/** SQLITE_FULL. */
const full = 13
/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN. */
const unwritable: readonly unknown[] = [8, 10, 14]

/** What stands in the way of writing, in words; everything else as it is. */
function ofDisk(error: unknown): unknown {
  const code = systemCode(error) === 'ERR_SQLITE_ERROR' ? Object(error).errcode & 0xff : null
  const said = 'Nothing was done: requests and sign-ins cannot be noted, for'
  if (code === full) {
    return new BlackstartError('disk-full', `${said} the disk of the site folder is full. Make room on it.`, {
      cause: error,
    })
  }
  if (!unwritable.includes(code)) return error
  return new BlackstartError(
    'storage',
    `${said} ${reasonOf(error)}. Check the disk of the site folder, and its rights.`,
    {
      cause: error,
    },
  )
}
