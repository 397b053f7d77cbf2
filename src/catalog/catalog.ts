import { rename, rm } from 'node:fs/promises'
import { type Insertable, Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { systemCode } from '../errors.ts'
import { type Histories, histories } from './histories.ts'
import { type ItemState, newestBefore, states, type VersionName, versionsNamed } from './item-states.ts'
import {
  type AcknowledgementTable,
  type ApprovalTable,
  type CaptureTable,
  type CatalogSchema,
  type ConnectionTable,
  catalogLayout,
  createMetaTable,
  createTables,
  type DrillTable,
  type HoldTable,
  type LineTable,
  type TrustTable,
  tables,
  type VerificationTable,
  type VersionTable,
  type WriteTable,
} from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type VersionRecord = Selectable<VersionTable>
export type CaptureRecord = Selectable<CaptureTable>
export type ApprovalRecord = Selectable<ApprovalTable>
export type DrillRecord = Selectable<DrillTable>
export type WriteRecord = Selectable<WriteTable>
export type HoldRecord = Selectable<HoldTable>
export type AcknowledgementRecord = Selectable<AcknowledgementTable>
export type ConnectionRecord = Selectable<ConnectionTable>

/** What a verification of a place found. */
export interface VerificationRecord extends Omit<Selectable<VerificationTable>, 'behind'> {
  /** By item, where it did not hold the newest version sound: the newest that it did; null for none. */
  readonly behind: ReadonlyMap<string, string | null>
}

/** Of one place; each is null where there was none. */
export interface PlaceVerifications {
  readonly newest: VerificationRecord
  /** The newest that read every byte. */
  readonly readData: VerificationRecord | null
}

/** How far into the journal the catalog has got: the last line taken in, its hash, the offset in bytes behind it. */
export interface JournalPosition {
  readonly seq: number
  readonly hash: string
  readonly offset: number
}

/** What one or several journal lines add; recorded all together or not at all. */
export interface CatalogBatch {
  readonly versions: readonly Insertable<VersionTable>[]
  readonly captures: readonly Insertable<CaptureTable>[]
  readonly approvals: readonly Insertable<ApprovalTable>[]
  readonly holds: readonly Insertable<HoldTable>[]
  /** Released before `holds` are recorded. */
  readonly releases: readonly { readonly item: string; readonly version: string }[]
  readonly drills: readonly Insertable<DrillTable>[]
  readonly writes: readonly Insertable<WriteTable>[]
  readonly verifications: readonly Insertable<VerificationTable>[]
  readonly acknowledgements: readonly Insertable<AcknowledgementTable>[]
  /** Ended before `acknowledgements` are recorded. */
  readonly acknowledgementsEnded: readonly { readonly code: string; readonly subject: string }[]
  readonly connections: readonly Insertable<ConnectionTable>[]
  readonly trusts: readonly Insertable<TrustTable>[]
  /** Assets whose fingerprints are forgotten, before `trusts` are recorded. */
  readonly forgotten: readonly string[]
  readonly lines: readonly Insertable<LineTable>[]
  readonly position: JournalPosition | null
}

/** The record of what happened. A cache: the repository and the journal rebuild it. */
export interface Catalog extends AsyncDisposable {
  /**
   * False, and nothing is recorded, where the catalog does not stand at the line numbered `after`: another process has
   * recorded these lines, or ones that this process does not know.
   */
  record(batch: CatalogBatch, after: number): Promise<boolean>
  position(): Promise<JournalPosition | null>
  /** Empties everything, for a rebuild. */
  clear(): Promise<void>
  /** Oldest first. */
  versions(item: string): Promise<readonly VersionRecord[]>
  latest(item: string): Promise<VersionRecord | null>
  version(item: string, id: string): Promise<VersionRecord | null>
  /** When each version was last seen on the device. */
  confirmations(item: string): Promise<ReadonlyMap<string, string>>
  approval(item: string): Promise<ApprovalRecord | null>
  /** Every version that was ever approved. */
  everApproved(item: string): Promise<ReadonlySet<string>>
  holds(item: string): Promise<readonly HoldRecord[]>
  trusted(asset: string, device: string): Promise<string | null>
  /** Newest first, at most `limit`. */
  captures(item: string, limit: number): Promise<readonly CaptureRecord[]>
  /** What happened, page by page. */
  readonly histories: Histories
  /** Each item that is asked for has a state. */
  states(items: readonly string[]): Promise<ReadonlyMap<string, ItemState>>
  /** By item: the newest version that the journal had recorded before that line. */
  newestBefore(items: readonly string[], seq: number): Promise<ReadonlyMap<string, VersionRecord>>
  /** Those that are known, in no order. */
  versionsNamed(names: readonly VersionName[]): Promise<readonly VersionRecord[]>
  /** When the first capture that stored something was begun; null where none has. */
  firstCapture(): Promise<string | null>
  /** By place. */
  verifications(): Promise<ReadonlyMap<string, PlaceVerifications>>
  /** Those that were not ended, oldest first; their time may be over. */
  acknowledgements(): Promise<readonly AcknowledgementRecord[]>
  /** By item, host and port. */
  connections(): Promise<readonly ConnectionRecord[]>
  /** Every item that has a version, whether the site still names it or not. */
  knownItems(): Promise<readonly string[]>
  /** The snapshots that the catalog knows, with the version each belongs to, and its tree where it is known. */
  snapshots(): Promise<ReadonlyMap<string, VersionName & { readonly tree: string | null }>>
  setSnapshot(item: string, version: string, snapshot: string | null): Promise<void>
  /** After a version's digest was made anew by another normaliser. */
  setContent(item: string, version: string, content: string, normaliser: string): Promise<void>
}

/** A catalog that is damaged is put aside, and one of another layout emptied: it is a cache. */
export async function openCatalog(path: string): Promise<Catalog> {
  const db = await openDatabase(path)
  return {
    record: (batch, after) => db.transaction().execute(transaction => record(transaction, batch, after)),
    position: () => readPosition(db),
    clear: () => db.transaction().execute(clear),
    versions: item => db.selectFrom('version').selectAll().where('item', '=', item).orderBy('id').execute(),
    latest: item => latest(db, item),
    version: (item, id) => versionOf(db, item, id),
    confirmations: item => confirmations(db, item),
    approval: item => approval(db, item),
    everApproved: async item => {
      const rows = await db.selectFrom('approval').select('version').where('item', '=', item).execute()
      return new Set(rows.map(row => row.version))
    },
    holds: item => db.selectFrom('hold').selectAll().where('item', '=', item).orderBy('version').execute(),
    trusted: async (asset, device) => {
      const row = await db
        .selectFrom('trust')
        .select('fingerprint')
        .where('asset', '=', asset)
        .where('device', '=', device)
        .executeTakeFirst()
      return row?.fingerprint ?? null
    },
    captures: (item, limit) =>
      db.selectFrom('capture').selectAll().where('item', '=', item).orderBy('seq', 'desc').limit(limit).execute(),
    histories: histories(db),
    states: items => states(db, items),
    newestBefore: (items, seq) => newestBefore(db, items, seq),
    versionsNamed: names => versionsNamed(db, names),
    verifications: () => verifications(db),
    firstCapture: () => firstCapture(db),
    acknowledgements: () => db.selectFrom('acknowledgement').selectAll().orderBy('seq').execute(),
    connections: () =>
      db.selectFrom('connection').selectAll().orderBy('item').orderBy('host').orderBy('port').execute(),
    knownItems: async () => {
      const rows = await db.selectFrom('version').select('item').distinct().orderBy('item').execute()
      return rows.map(row => row.item)
    },
    snapshots: () => snapshots(db),
    setSnapshot: async (item, version, snapshot) => {
      await db.updateTable('version').set({ snapshot }).where('item', '=', item).where('id', '=', version).execute()
    },
    setContent: async (item, version, content, normaliser) => {
      await db
        .updateTable('version')
        .set({ content, normaliser })
        .where('item', '=', item)
        .where('id', '=', version)
        .execute()
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

async function openDatabase(path: string): Promise<Kysely<CatalogSchema>> {
  try {
    return await openTables(path)
  } catch (error) {
    if (!isDamage(error)) throw error
    await rename(path, `${path}.damaged`)
    for (const beside of ['-wal', '-shm']) await rm(path + beside, { force: true })
    return await openTables(path)
  }
}

async function openTables(path: string): Promise<Kysely<CatalogSchema>> {
  const db = new Kysely<CatalogSchema>({ dialect: sqliteDialect(path) })
  try {
    // before anything else is asked of a catalog that may be of another program's time
    await createMetaTable(db)
    if ((await readMeta(db, 'layout')) === catalogLayout) await createTables(db)
    else await db.transaction().execute(clearIfOther)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: readonly unknown[] = [11, 26]

function isDamage(error: unknown): boolean {
  return (
    systemCode(error) === 'ERR_SQLITE_ERROR' &&
    typeof error === 'object' &&
    error !== null &&
    'errcode' in error &&
    damageCodes.includes(error.errcode)
  )
}

async function readPosition(db: Kysely<CatalogSchema>): Promise<JournalPosition | null> {
  const text = await readMeta(db, 'position')
  return text === null ? null : (JSON.parse(text) as JournalPosition)
}

async function record(db: Transaction<CatalogSchema>, batch: CatalogBatch, after: number): Promise<boolean> {
  if (((await readPosition(db))?.seq ?? 0) !== after) return false
  for (const row of batch.versions) {
    // found twice, it was received when it was found first
    const { seq: _, received: __, seen: ___, read_back: ____, ...again } = row
    await db
      .insertInto('version')
      .values(row)
      .onConflict(conflict => conflict.columns(['item', 'id']).doUpdateSet(again))
      .execute()
  }
  for (const row of batch.captures) await db.insertInto('capture').values(row).execute()
  for (const { item, version, time } of lastSightings(batch)) {
    await db.updateTable('version').set({ seen: time }).where('item', '=', item).where('id', '=', version).execute()
  }
  for (const row of batch.approvals) {
    await db
      .insertInto('approval')
      .values(row)
      .onConflict(conflict => conflict.column('seq').doNothing())
      .execute()
  }
  for (const { item, version } of batch.releases) {
    await db.deleteFrom('hold').where('item', '=', item).where('version', '=', version).execute()
  }
  for (const row of batch.holds) {
    await db
      .insertInto('hold')
      .values(row)
      .onConflict(conflict => conflict.columns(['item', 'version']).doUpdateSet(row))
      .execute()
  }
  for (const row of batch.drills) await db.insertInto('drill').values(row).execute()
  for (const row of batch.writes) await db.insertInto('write').values(row).execute()
  await recordPlaces(db, batch)
  for (const asset of batch.forgotten) await db.deleteFrom('trust').where('asset', '=', asset).execute()
  for (const row of batch.trusts) {
    await db
      .insertInto('trust')
      .values(row)
      .onConflict(conflict => conflict.columns(['asset', 'device']).doUpdateSet(row))
      .execute()
  }
  for (const row of batch.lines) await db.insertInto('line').values(row).execute()
  if (batch.position !== null) await writeMeta(db, 'position', JSON.stringify(batch.position))
  return true
}

async function recordPlaces(db: Transaction<CatalogSchema>, batch: CatalogBatch): Promise<void> {
  for (const row of batch.verifications) await db.insertInto('verification').values(row).execute()
  for (const { code, subject } of batch.acknowledgementsEnded) {
    await db.deleteFrom('acknowledgement').where('code', '=', code).where('subject', '=', subject).execute()
  }
  for (const row of batch.acknowledgements) {
    await db
      .insertInto('acknowledgement')
      .values(row)
      .onConflict(conflict => conflict.columns(['code', 'subject']).doUpdateSet(row))
      .execute()
  }
  for (const row of batch.connections) {
    await db
      .insertInto('connection')
      .values(row)
      .onConflict(conflict => conflict.columns(['item', 'host', 'port']).doUpdateSet({ last: row.last }))
      .execute()
  }
}

/** Of each version, the last time in the batch that it was seen on its device. */
function lastSightings({ captures }: CatalogBatch): Iterable<VersionName & { readonly time: string }> {
  const found = captures.flatMap(({ item, version, time }) => (version ? [{ item, version, time }] : []))
  return new Map(found.map(sighting => [`${sighting.item}@${sighting.version}`, sighting])).values()
}

/** Unless another process has done so meanwhile, and may have filled it since. */
async function clearIfOther(db: Transaction<CatalogSchema>): Promise<void> {
  if ((await readMeta(db, 'layout')) !== catalogLayout) await clear(db)
}

/** All at once: a catalog that lost its tables and kept its position would never be filled again. */
async function clear(db: Transaction<CatalogSchema>): Promise<void> {
  for (const table of tables) await db.schema.dropTable(table).ifExists().execute()
  await createMetaTable(db)
  await createTables(db)
  await writeMeta(db, 'layout', catalogLayout)
}

async function readMeta(db: Kysely<CatalogSchema>, key: string): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}

async function writeMeta(db: Kysely<CatalogSchema>, key: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

async function latest(db: Kysely<CatalogSchema>, item: string): Promise<VersionRecord | null> {
  const row = await db
    .selectFrom('version')
    .selectAll()
    .where('item', '=', item)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

async function approval(db: Kysely<CatalogSchema>, item: string): Promise<ApprovalRecord | null> {
  const row = await db
    .selectFrom('approval')
    .selectAll()
    .where('item', '=', item)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

async function confirmations(db: Kysely<CatalogSchema>, item: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('version').select(['id', 'seen']).where('item', '=', item).execute()
  return new Map(rows.map(({ id, seen }) => [id, seen]))
}

async function firstCapture(db: Kysely<CatalogSchema>): Promise<string | null> {
  const row = await db
    .selectFrom('capture')
    .select('time')
    // as the index has it
    .where(sql<boolean>`outcome in ('version', 'equivalent')`)
    .orderBy('time')
    .limit(1)
    .executeTakeFirst()
  return row?.time ?? null
}

async function verifications(db: Kysely<CatalogSchema>): Promise<ReadonlyMap<string, PlaceVerifications>> {
  const ofPlaces = db
    .selectFrom('verification')
    .groupBy('place')
    .select(eb => eb.fn.max('seq').as('seq'))
  const rows = await db
    .selectFrom('verification')
    .selectAll()
    .where(eb => eb.or([eb('seq', 'in', ofPlaces), eb('seq', 'in', ofPlaces.where('read_data', '=', 1))]))
    .orderBy('seq')
    .execute()
  const found = new Map<string, PlaceVerifications>()
  for (const { behind, ...row } of rows) {
    const newest = { ...row, behind: new Map(Object.entries(JSON.parse(behind) as Record<string, string | null>)) }
    const readData = row.read_data === 1 ? newest : (found.get(row.place)?.readData ?? null)
    found.set(row.place, { newest, readData })
  }
  return found
}

async function snapshots(
  db: Kysely<CatalogSchema>,
): Promise<ReadonlyMap<string, VersionName & { readonly tree: string | null }>> {
  const rows = await db.selectFrom('version').select(['snapshot', 'item', 'id', 'tree']).execute()
  return new Map(
    rows.flatMap(({ snapshot, item, id: version, tree }) =>
      snapshot === null ? [] : [[snapshot, { item, version, tree }]],
    ),
  )
}

async function versionOf(db: Kysely<CatalogSchema>, item: string, id: string): Promise<VersionRecord | null> {
  const row = await db
    .selectFrom('version')
    .selectAll()
    .where('item', '=', item)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}
