import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
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

export function openRunStore(file: string): RunStore {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 10000')
  database.exec('create table if not exists run (id text primary key, run text not null) strict')
  const put = database.prepare(
    'insert into run (id, run) values (?, ?) on conflict (id) do update set run = excluded.run',
  )
  const remove = database.prepare('delete from run where id = ?')
  const all = database.prepare('select run from run order by id')
  return {
    put: run => void put.run(run.id, JSON.stringify(run)),
    remove: id => void remove.run(id),
    all: () =>
      all.all().flatMap(({ run }) => {
        const read = openRun.safeParse(parsed(String(run)))
        return read.success ? [read.data] : []
      }),
    [Symbol.dispose]: () => database.close(),
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
