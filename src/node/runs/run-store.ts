import { renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { reasonOf, systemCode } from '../../errors.ts'
import type { Run } from './run.ts'

const reason = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['schedule', 'catch-up', 'window']) }),
  z.object({ kind: z.literal('retry'), attempt: z.number() }),
  z.object({ kind: z.literal('trigger'), trigger: z.string(), seen: z.string() }),
  z.object({ kind: z.literal('person'), name: z.string() }),
])
const openRun = z.object({
  ...{ id: z.string(), item: z.string(), does: z.enum(['capture', 'write']), reason },
  ...{ asked: z.string(), begun: z.string().nullable(), version: z.string().nullable(), ignoreQuiet: z.boolean() },
})

/** A run that has not ended, as it is kept over a crash. */
export type OpenRun = z.infer<typeof openRun>

/** The runs that were asked for or begun, and have not ended: what is left of them at the next start was interrupted. */
export interface RunStore extends Disposable {
  put(run: OpenRun): void
  remove(id: string): void
  /** Oldest first; what cannot be read of them is left out. */
  all(): readonly OpenRun[]
}

/**
 * A file that is damaged is put aside; where the disk takes nothing, runs are kept in memory. What cannot be written is told, and
 * stops nothing: it is only how a crash is found out.
 */
export function openRunStore(file: string, onTrouble: (message: string) => void): RunStore {
  const database = openOrReplace(file, onTrouble)
  const tell = (work: () => unknown) => {
    try {
      work()
    } catch (error) {
      onTrouble(`What is under way cannot be noted in ${file}: ${reasonOf(error)}.`)
    }
  }
  const put = database.prepare(
    'insert into run (id, run) values (?, ?) on conflict (id) do update set run = excluded.run',
  )
  const remove = database.prepare('delete from run where id = ?')
  const all = database.prepare('select run from run order by id')
  return {
    put: run => tell(() => put.run(run.id, JSON.stringify(run))),
    remove: id => tell(() => remove.run(id)),
    all: () =>
      all.all().flatMap(({ run }) => {
        const read = openRun.safeParse(parsed(String(run)))
        return read.success ? [read.data] : []
      }),
    [Symbol.dispose]: () => database.close(),
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB; SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const damage: readonly unknown[] = [11, 26]
const ofDisk: readonly unknown[] = [8, 10, 13, 14]

function openOrReplace(file: string, onTrouble: (message: string) => void): DatabaseSync {
  try {
    return openTables(file)
  } catch (error) {
    // the extended code's low byte is the code itself
    const code = systemCode(error) === 'ERR_SQLITE_ERROR' ? Object(error).errcode & 0xff : null
    if (ofDisk.includes(code)) {
      onTrouble(
        `What is under way cannot be noted in ${file}: ${reasonOf(error)}. Until the next start no crash is found out.`,
      )
      return openTables(':memory:')
    }
    if (!damage.includes(code)) throw error
    renameSync(file, `${file}.damaged`)
    for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true })
    onTrouble(`${file} was damaged, and was put aside: runs that a stop interrupted are not marked.`)
    return openTables(file)
  }
}

function openTables(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 200 })
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = normal')
    database.exec('create table if not exists run (id text primary key, run text not null) strict')
    database.prepare('select count(*) from run').get()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export function openRunOf(run: Run, ignoreQuiet: boolean): OpenRun {
  const { id, item, does, reason: why, asked, begun, version } = run
  return { id, item, does, reason: why, asked, begun, version, ignoreQuiet }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
