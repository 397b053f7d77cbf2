import { type Kysely, sql } from 'kysely'
import type { ApprovalRecord, CaptureRecord, VersionRecord } from './catalog.ts'
import type { CatalogSchema } from './schema.ts'

/** Which captures: `changed` those that made a version, an equivalent one too. */
export type CaptureFilter = 'all' | 'failed' | 'changed'

/** Where a page of captures ends. */
export interface CaptureCursor {
  readonly seq: number
  readonly item: string
}

export interface LineFilter {
  readonly actor: string | null
  /** Empty: of any type. */
  readonly types: readonly string[]
  /** `asset/item`, or an asset for all of its items. */
  readonly item: string | null
}

/** A line of the journal, and where it is: from `start` to `behind`, in bytes. */
export interface LinePlace {
  readonly seq: number
  readonly start: number
  readonly behind: number
}

/** What is held of an item, all of its versions together. */
export interface ItemSize {
  readonly item: string
  readonly versions: number
  readonly bytes: number
  readonly files: number
}

/** Newest first; each page costs a few steps in an index, however long the history. `before`: what the page before ended with. */
export interface Histories {
  versions(item: string, before: string | null, limit: number): Promise<readonly VersionRecord[]>
  versionCount(item: string): Promise<number>
  /** Every approval of an item. */
  approvals(item: string): Promise<readonly ApprovalRecord[]>
  /** Of an item, or of all. */
  captures(
    item: string | null,
    filter: CaptureFilter,
    before: CaptureCursor | null,
    limit: number,
  ): Promise<readonly CaptureRecord[]>
  lines(filter: LineFilter, before: number | null, limit: number): Promise<readonly LinePlace[]>
  /** Of each item that has versions; reads all versions. */
  sizes(): Promise<readonly ItemSize[]>
  /** By hour (`2026-11-29T08`), oldest first: the versions received in it; reads all versions. */
  received(): Promise<readonly { readonly hour: string; readonly versions: number; readonly bytes: number }[]>
}

export function histories(db: Kysely<CatalogSchema>): Histories {
  return {
    versions(item, before, limit) {
      const all = db.selectFrom('version').selectAll().where('item', '=', item)
      const older = before === null ? all : all.where('id', '<', before)
      return older.orderBy('id', 'desc').limit(limit).execute()
    },
    async versionCount(item) {
      const count = db.selectFrom('version').where('item', '=', item)
      const row = await count.select(eb => eb.fn.countAll<number>().as('count')).executeTakeFirst()
      return row?.count ?? 0
    },
    approvals: item => db.selectFrom('approval').selectAll().where('item', '=', item).orderBy('seq', 'desc').execute(),
    captures: (item, filter, before, limit) => captures(db, item, filter, before, limit),
    lines: (filter, before, limit) => lines(db, filter, before, limit),
    async sizes() {
      const { rows } = await sql<ItemSize>`
        select item, count(*) as versions, sum(bytes) as bytes, sum(files) as files from version group by item`.execute(
        db,
      )
      return rows
    },
    async received() {
      const { rows } = await sql<{ hour: string; versions: number; bytes: number }>`
        select substr(received, 1, 13) as hour, count(*) as versions, sum(bytes) as bytes
        from version group by hour order by hour`.execute(db)
      return rows
    },
  }
}

// no parameters: only so the partial indexes are used
const conditions = {
  all: sql`true`,
  failed: sql`outcome = 'failed'`,
  changed: sql`outcome in ('version', 'equivalent')`,
} as const satisfies Record<CaptureFilter, unknown>

async function captures(
  db: Kysely<CatalogSchema>,
  item: string | null,
  filter: CaptureFilter,
  before: CaptureCursor | null,
  limit: number,
): Promise<readonly CaptureRecord[]> {
  const condition = conditions[filter]
  const ofItem = sql<CaptureRecord>`
    select * from capture where item = ${item} and ${condition} and seq < ${before?.seq ?? Number.MAX_SAFE_INTEGER}
    order by seq desc limit ${limit}`
  const ofSite = sql<CaptureRecord>`
    select * from capture
    where ${condition} and (seq, item) < (${before?.seq ?? Number.MAX_SAFE_INTEGER}, ${before?.item ?? ''})
    order by seq desc, item desc limit ${limit}`
  return (await (item === null ? ofSite : ofItem).execute(db)).rows
}

async function lines(
  db: Kysely<CatalogSchema>,
  { actor, types, item }: LineFilter,
  before: number | null,
  limit: number,
): Promise<readonly LinePlace[]> {
  const below = before ?? Number.MAX_SAFE_INTEGER
  // of what was asked for, one leads through its index; a plus keeps the others out of the choice
  const of = (type: string | null) => sql`
    select * from (
      select seq, behind from line where seq < ${below}
      ${item === null ? sql`` : item.includes('/') ? sql`and item = ${item}` : sql`and item > ${`${item}/`} and item < ${`${item}0`}`}
      ${type === null ? sql`` : item === null ? sql`and type = ${type}` : sql`and +type = ${type}`}
      ${actor === null ? sql`` : item === null && type === null ? sql`and actor = ${actor}` : sql`and +actor = ${actor}`}
      order by seq desc limit ${limit}
    )`
  const each = types.length === 0 ? [of(null)] : types.map(of)
  const { rows } = await sql<LinePlace>`
    select l.seq, l.behind, coalesce((select p.behind from line as p where p.seq < l.seq order by p.seq desc limit 1), 0) as start
    from (${sql.join(each, sql` union all `)}) as l order by l.seq desc limit ${limit}`.execute(db)
  return rows
}
