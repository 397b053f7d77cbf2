import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { ApprovalRecord, CaptureRecord, VersionRecord, WriteRecord } from './catalog.ts'
import type { CatalogSchema } from './schema.ts'

/** Which captures: `changed` those that made a version, an equivalent one too. */
export type CaptureFilter = 'all' | 'failed' | 'changed'

/** Of an item, of those that are listed, of all for null, or of all but the items of one asset. */
export type CapturesOf = string | readonly string[] | null | { readonly without: string }

/** Where a page of captures ends. */
export interface CaptureCursor {
  readonly time: string
  readonly seq: number
  readonly item: string
}

export interface LineFilter {
  /** Any of them; empty: whoever it was. */
  readonly actors: readonly string[]
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

/** Of an item whose newest version is another than the one that is approved. */
export interface ItemChange {
  readonly item: string
  /** The time of the newest version. */
  readonly latest: string
  /** The version before the newest; null where there is none. */
  readonly previous: string | null
  /** The time of the first version that differs from the approved one, and from all that came after it; null where none is approved. */
  readonly differs: string | null
}

export interface ReceivedIn {
  readonly hour: string
  readonly versions: number
  readonly bytes: number
}

/** Newest first; each page costs a few steps in an index, however long the history. `before`: what the page before ended with. */
export interface Histories {
  versions(item: string, before: string | null, limit: number): Promise<readonly VersionRecord[]>
  versionCount(item: string): Promise<number>
  /** Every approval of an item. */
  approvals(item: string): Promise<readonly ApprovalRecord[]>
  /** The write-backs that made these versions of an item, by the version made. */
  writes(item: string, made: readonly string[]): Promise<ReadonlyMap<string, WriteRecord>>
  /** The write-backs to devices, whatever came of them. */
  newestWrites(limit: number): Promise<readonly WriteRecord[]>
  /** By the time that is shown of them. */
  captures(
    of: CapturesOf,
    filter: CaptureFilter,
    before: CaptureCursor | null,
    limit: number,
  ): Promise<readonly CaptureRecord[]>
  /** As the journal writes somebody: `name`, and `name (address)` of each address, at most 100. */
  actorsNamed(name: string): Promise<readonly string[]>
  lines(filter: LineFilter, before: number | null, limit: number): Promise<readonly LinePlace[]>
  /** Of those of the items that have a version. */
  changes(items: readonly string[]): Promise<readonly ItemChange[]>
  /** Of each item that has versions; reads all versions, some thousands at a time, so that nobody waits for it. */
  sizes(): Promise<readonly ItemSize[]>
  /** By hour (`2026-11-29T08`), oldest first: the versions received in it; reads them likewise. */
  received(): Promise<readonly ReceivedIn[]>
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
    writes: (item, made) => writes(db, item, made),
    newestWrites: limit => db.selectFrom('write').selectAll().orderBy('seq', 'desc').limit(limit).execute(),
    captures: (of, filter, before, limit) =>
      of === null || typeof of === 'string' || 'without' in of
        ? captures(db, of, filter, before, limit)
        : capturesOfItems(db, of, filter, before, limit),
    actorsNamed: name => actorsNamed(db, name),
    lines: (filter, before, limit) => lines(db, filter, before, limit),
    changes: items => changes(db, items),
    sizes: () => sizes(db),
    received: () => received(db),
  }
}

/** Behind all that there are. */
const end: CaptureCursor = { time: '~', seq: Number.MAX_SAFE_INTEGER, item: '' }

// no parameters: only so the partial indexes are used
const conditions = {
  all: sql`true`,
  failed: sql`outcome = 'failed'`,
  changed: sql`outcome in ('version', 'equivalent')`,
} as const satisfies Record<CaptureFilter, unknown>

async function writes(
  db: Kysely<CatalogSchema>,
  item: string,
  made: readonly string[],
): Promise<ReadonlyMap<string, WriteRecord>> {
  const { rows } = await sql<WriteRecord & { made: string }>`
    select w.* from json_each(${JSON.stringify(made)}) as m join write as w on w.item = ${item} and w.made = m.value
    order by w.seq`.execute(db)
  return new Map(rows.map(row => [row.made, row]))
}

async function captures(
  db: Kysely<CatalogSchema>,
  of: string | null | { readonly without: string },
  filter: CaptureFilter,
  before: CaptureCursor | null,
  limit: number,
): Promise<readonly CaptureRecord[]> {
  const condition = conditions[filter]
  const item = typeof of === 'string' ? of : null
  const left = of === null || typeof of === 'string' ? null : of.without
  const { time, seq, item: last } = before ?? end
  const ofItem = sql<CaptureRecord>`
    select * from capture where item = ${item} and ${condition} and (time, seq) < (${time}, ${seq})
    order by time desc, seq desc limit ${limit}`
  const ofSite = sql<CaptureRecord>`
    select * from capture
    where ${condition} and (time, seq, item) < (${time}, ${seq}, ${last})
    ${left === null ? sql`` : sql`and not (item > ${`${left}/`} and item < ${`${left}0`})`}
    order by time desc, seq desc, item desc limit ${limit}`
  return (await (item === null ? ofSite : ofItem).execute(db)).rows
}

/** Beyond so many items a page of all captures costs less than one step in an index for each item. */
const manyItems = 1_000

/** Who sees most of a site finds a page among the newest captures of all of it. */
async function capturesOfItems(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
  filter: CaptureFilter,
  before: CaptureCursor | null,
  limit: number,
): Promise<readonly CaptureRecord[]> {
  if (items.length >= manyItems) {
    const wanted = new Set(items)
    const most = Math.max(manyItems, 2 * limit)
    const near = await captures(db, null, filter, before, most)
    const rows = near.filter(({ item }) => wanted.has(item))
    if (rows.length >= limit || near.length < most) return rows.slice(0, limit)
  }
  return await capturesOfEach(db, items, filter, before, limit)
}

/** A page has rows of so many items at most as it has rows: those whose newest capture is newest. */
async function capturesOfEach(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
  filter: CaptureFilter,
  before: CaptureCursor | null,
  limit: number,
): Promise<readonly CaptureRecord[]> {
  const condition = conditions[filter]
  const { time, seq, item: last } = before ?? end
  const places = items.map(item => [item, item < last ? seq + 1 : seq])
  const found = sql<CaptureRecord>`
    with wanted as materialized (
      select value ->> 0 as name, value ->> 1 as below from json_each(${JSON.stringify(places)})
    ), headed as materialized (
      select name, below, (
        select rowid from capture where item = name and ${condition} and (time, seq) < (${time}, below)
        order by time desc, seq desc limit 1
      ) as head from wanted
    ), newest as materialized (
      select name, below from headed join capture on capture.rowid = head order by time desc, seq desc, name desc limit ${limit}
    )
    select capture.* from newest join capture on capture.rowid in (
      select rowid from capture where item = name and ${condition} and (time, seq) < (${time}, below)
      order by time desc, seq desc limit ${limit}
    )
    order by capture.time desc, capture.seq desc, capture.item desc limit ${limit}`
  return (await found.execute(db)).rows
}

async function lines(
  db: Kysely<CatalogSchema>,
  { actors, types, item }: LineFilter,
  before: number | null,
  limit: number,
): Promise<readonly LinePlace[]> {
  const below = before ?? Number.MAX_SAFE_INTEGER
  // of what was asked for, one leads through its index; a plus keeps the others out of the choice
  const one = actors.length > 0 && item === null && types.length === 0
  const of = (type: string | null, actor: string | null) => sql`
    select * from (
      select seq, behind from line where seq < ${below}
      ${item === null ? sql`` : item.includes('/') ? sql`and item = ${item}` : sql`and item > ${`${item}/`} and item < ${`${item}0`}`}
      ${type === null ? sql`` : item === null ? sql`and type = ${type}` : sql`and +type = ${type}`}
      ${actor !== null ? sql`and actor = ${actor}` : actors.length > 0 ? sql`and +actor in (${sql.join(actors)})` : sql``}
      order by seq desc limit ${limit}
    )`
  const each = one
    ? actors.map(actor => of(null, actor))
    : types.length === 0
      ? [of(null, null)]
      : types.map(type => of(type, null))
  const { rows } = await sql<LinePlace>`
    select l.seq, l.behind, coalesce((select p.behind from line as p where p.seq < l.seq order by p.seq desc limit 1), 0) as start
    from (${sql.join(each, sql` union all `)}) as l order by l.seq desc limit ${limit}`.execute(db)
  return rows
}

/** From one that there is to the next: however many lines each of them has. */
async function actorsNamed(db: Kysely<CatalogSchema>, name: string): Promise<readonly string[]> {
  // in the order of text `(` comes right before `)`
  const [from, to] = [`${name} (`, `${name} )`]
  const { rows } = await sql<{ actor: string }>`
    with recursive own(actor) as (
      select min(actor) from line where actor >= ${from} and actor < ${to}
      union all
      select (select min(line.actor) from line where line.actor > own.actor and line.actor < ${to}) from own
      where own.actor is not null
    )
    select actor from own where actor is not null limit 99`.execute(db)
  return [name, ...rows.map(({ actor }) => actor)]
}

/** Digests of different normalisers say nothing about each other; then every byte counts. */
async function changes(db: Kysely<CatalogSchema>, items: readonly string[]): Promise<readonly ItemChange[]> {
  const { rows } = await sql<ItemChange>`
    with named as materialized (
      select value as name,
        (select max(id) from version where item = value) as newest,
        (select version from approval where item = value order by seq desc limit 1) as right
      from json_each(${JSON.stringify(items)})
    ), same as materialized (
      select named.*, (
        select v.id from version as v join version as a on a.item = named.name and a.id = named.right
        where v.item = named.name and (
          v.id = a.id or (v.normaliser = a.normaliser and v.content = a.content) or (v.normaliser <> a.normaliser and v.raw = a.raw)
        ) order by v.id desc limit 1
      ) as last from named where newest is not null
    )
    select name as item,
      (select time from version where item = name and id = newest) as latest,
      (select max(id) from version where item = name and id < newest) as previous,
      (select time from version where item = name and id > last order by id limit 1) as differs
    from same`.execute(db)
  return rows
}

const sliceRows = 2_000

/** What a query says of each slice of all versions; whoever waits for the thread gets it in between. */
async function* slices<Row>(
  db: Kysely<CatalogSchema>,
  query: (within: RawBuilder<unknown>) => RawBuilder<Row>,
): AsyncIterable<Row> {
  const { rows } = await sql<{ last: number | null }>`select max(rowid) as last from version`.execute(db)
  const last = rows[0]?.last ?? 0
  for (let after = 0; after < last; after += sliceRows) {
    yield* (await query(sql`rowid > ${after} and rowid <= ${after + sliceRows}`).execute(db)).rows
    await nextTurn()
  }
}

async function sizes(db: Kysely<CatalogSchema>): Promise<readonly ItemSize[]> {
  const found = new Map<string, ItemSize>()
  const query = (within: RawBuilder<unknown>) => sql<ItemSize>`
    select item, count(*) as versions, sum(bytes) as bytes, sum(files) as files from version where ${within} group by item`
  for await (const { item, versions, bytes, files } of slices(db, query)) {
    const known = found.get(item) ?? { versions: 0, bytes: 0, files: 0 }
    const sum = { versions: known.versions + versions, bytes: known.bytes + bytes, files: known.files + files }
    found.set(item, { item, ...sum })
  }
  return [...found.values()]
}

async function received(db: Kysely<CatalogSchema>): Promise<readonly ReceivedIn[]> {
  const found = new Map<string, ReceivedIn>()
  const query = (within: RawBuilder<unknown>) => sql<ReceivedIn>`
    select substr(received, 1, 13) as hour, count(*) as versions, sum(bytes) as bytes
    from version where ${within} group by hour`
  for await (const { hour, versions, bytes } of slices(db, query)) {
    const known = found.get(hour) ?? { versions: 0, bytes: 0 }
    found.set(hour, { hour, versions: known.versions + versions, bytes: known.bytes + bytes })
  }
  return [...found.values()].sort((a, b) => (a.hour < b.hour ? -1 : 1))
}
