import { type Kysely, sql } from 'kysely'

/** Times are ISO 8601 in UTC with milliseconds, so that they sort as text. */
export interface CatalogSchema {
  version: VersionTable
  capture: CaptureTable
  approval: ApprovalTable
  hold: HoldTable
  drill: DrillTable
  write: WriteTable
  verification: VerificationTable
  acknowledgement: AcknowledgementTable
  connection: ConnectionTable
  trust: TrustTable
  line: LineTable
  meta: MetaTable
}

export type CaptureOutcome = 'version' | 'equivalent' | 'confirmed' | 'failed'

export interface VersionTable {
  /** The version id; sorts by age within an item. */
  id: string
  item: string
  /** When the reading began, as the snapshot says. */
  time: string
  /** The number of the journal's line that recorded it first. */
  seq: number
  /** The time of that line: when it was received, whatever the snapshot says. */
  received: string
  /** When the device was last seen to hold exactly this. */
  seen: string
  /** 1: every byte was read back when it was stored · -1: what it shares with earlier versions was damaged then · 0: not known. */
  read_back: -1 | 0 | 1
  outcome: 'version' | 'equivalent'
  /** Digest of the normalised content, and the normaliser that made it. */
  content: string
  normaliser: string
  /** Digest of every byte, name and permission as the device gave them. */
  raw: string
  bytes: number
  files: number
  /** The restic snapshot; changes when a snapshot is copied or rewritten. Null when the repository lost it. */
  snapshot: string | null
  /** The snapshot's tree: stays the same when a snapshot is copied or tagged. Null where the journal did not tell. */
  tree: string | null
  /** What the connector said the content is (`cisco-ios` …); null where it said nothing. */
  format: string | null
  /** Whether the change may have been made inside a change window; null where the item had none. */
  expected: 0 | 1 | null
}

/**
 * What is newest of an item goes by the journal's order, which a clock that is set back does not change; histories are shown by
 * time. An item has one at most of a line.
 */
export interface CaptureTable {
  seq: number
  item: string
  time: string
  outcome: CaptureOutcome
  version: string | null
  /** 0: not measured. */
  milliseconds: number
  code: string | null
  message: string | null
}

/** Every approval ever given; the newest of an item names its approved version. */
export interface ApprovalTable {
  /** The journal's sequence number. */
  seq: number
  item: string
  version: string
  time: string
  actor: string
  note: string | null
}

export interface HoldTable {
  item: string
  version: string
  time: string
  actor: string
  reason: string
}

export interface DrillTable {
  seq: number
  item: string
  version: string
  time: string
  passed: 0 | 1
  /** JSON: milliseconds of each phase, and what was found. */
  details: string
}

/** Every write-back to a device. */
export interface WriteTable {
  seq: number
  item: string
  /** What was written. */
  version: string
  /** The version that reading it back made; null where that confirmed one, or nothing could be read. */
  made: string | null
  time: string
  actor: string
  /** `mismatch`: it held something else than what was written. */
  result: 'done' | 'failed' | 'mismatch'
  /** Null where nothing was said. */
  reason: string | null
}

/** Every verification of a place. */
export interface VerificationTable {
  seq: number
  place: string
  time: string
  /** Whether every byte was read; else the structure only. */
  read_data: 0 | 1
  errors: number
  versions: number
  /** JSON: by item, the newest version that it held whole, or null, where that was not the newest there was. */
  behind: string
}

/** Those that were not ended; one whose time is over stays. */
export interface AcknowledgementTable {
  seq: number
  code: string
  subject: string
  severity: 'high' | 'medium' | 'low'
  reason: string
  actor: string
  time: string
  until: string
}

/** Where captures of an item have connected to, and when that was recorded first and last. */
export interface ConnectionTable {
  item: string
  host: string
  port: number
  first: string
  last: string
}

/** How each device identified itself when it was first met. */
export interface TrustTable {
  asset: string
  /** `host:port` */
  device: string
  fingerprint: string
  time: string
}

/** Every line of the journal: where it is, and what people look for it by. */
export interface LineTable {
  seq: number
  /** The offset in bytes behind it in the journal's file. */
  behind: number
  /** The event's type. */
  type: string
  actor: string
  /** Null where it is about no one item. */
  item: string | null
}

export interface MetaTable {
  key: string
  value: string
}

/** The catalog is a cache: a catalog of another layout is emptied and rebuilt, not migrated. */
export const catalogLayout = '7'

export const tables = [
  'version',
  'capture',
  'approval',
  'hold',
  'drill',
  'write',
  'verification',
  'acknowledgement',
  'connection',
  'trust',
  'line',
  'meta',
] as const

export async function createTables(db: Kysely<CatalogSchema>): Promise<void> {
  await db.schema
    .createTable('version')
    .ifNotExists()
    .addColumn('id', 'text', c => c.notNull())
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('seq', 'integer', c => c.notNull())
    .addColumn('received', 'text', c => c.notNull())
    .addColumn('seen', 'text', c => c.notNull())
    .addColumn('read_back', 'integer', c => c.notNull())
    .addColumn('outcome', 'text', c => c.notNull())
    .addColumn('content', 'text', c => c.notNull())
    .addColumn('normaliser', 'text', c => c.notNull())
    .addColumn('raw', 'text', c => c.notNull())
    .addColumn('bytes', 'integer', c => c.notNull())
    .addColumn('files', 'integer', c => c.notNull())
    .addColumn('snapshot', 'text')
    .addColumn('tree', 'text')
    .addColumn('format', 'text')
    .addColumn('expected', 'integer')
    .addPrimaryKeyConstraint('version_key', ['item', 'id'])
    .execute()
  await db.schema
    .createTable('capture')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.notNull())
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('outcome', 'text', c => c.notNull())
    .addColumn('version', 'text')
    .addColumn('milliseconds', 'integer', c => c.notNull())
    .addColumn('code', 'text')
    .addColumn('message', 'text')
    .execute()
  await db.schema.createIndex('capture_item').ifNotExists().on('capture').columns(['item', 'seq']).execute()
  // a device that was away for months has thousands of failures after its newest success
  await db.schema
    .createIndex('capture_success')
    .ifNotExists()
    .on('capture')
    .columns(['item', 'seq'])
    .where(sql<boolean>`outcome <> 'failed'`)
    .execute()
  await createCaptureIndexes(db)
  await createEventTables(db)
  await createPlaceTables(db)
  await createLineTable(db)
}

/** Of thousands of confirmations, the few captures that a person looks for: of an item, and of the site. */
async function createCaptureIndexes(db: Kysely<CatalogSchema>): Promise<void> {
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .ifNotExists()
      .on('capture')
      .columns([...columns])
  const failed = sql<boolean>`outcome = 'failed'`
  const changed = sql<boolean>`outcome in ('version', 'equivalent')`
  const ofItem = ['item', 'time', 'seq']
  const ofSite = ['time', 'seq', 'item']
  await index('capture_item_failed', ofItem).where(failed).execute()
  await index('capture_item_changed', ofItem).where(changed).execute()
  await index('capture_item_all', ofItem).execute()
  await index('capture_failed', ofSite).where(failed).execute()
  await index('capture_changed', ofSite).where(changed).execute()
  await index('capture_all', ofSite).execute()
}

async function createLineTable(db: Kysely<CatalogSchema>): Promise<void> {
  await db.schema
    .createTable('line')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.primaryKey())
    .addColumn('behind', 'integer', c => c.notNull())
    .addColumn('type', 'text', c => c.notNull())
    .addColumn('actor', 'text', c => c.notNull())
    .addColumn('item', 'text')
    .execute()
  const index = (name: string) => db.schema.createIndex(name).ifNotExists().on('line')
  await index('line_type').columns(['type', 'seq']).execute()
  await index('line_actor').columns(['actor', 'seq']).execute()
  await index('line_item').columns(['item', 'seq']).where(sql<boolean>`item is not null`).execute()
}

export async function createMetaTable(db: Kysely<CatalogSchema>): Promise<void> {
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', c => c.primaryKey())
    .addColumn('value', 'text', c => c.notNull())
    .execute()
}

async function createEventTables(db: Kysely<CatalogSchema>): Promise<void> {
  await db.schema
    .createTable('approval')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.primaryKey())
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('version', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('actor', 'text', c => c.notNull())
    .addColumn('note', 'text')
    .execute()
  await db.schema.createIndex('approval_item').ifNotExists().on('approval').columns(['item', 'seq']).execute()
  await db.schema
    .createTable('hold')
    .ifNotExists()
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('version', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('actor', 'text', c => c.notNull())
    .addColumn('reason', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('hold_key', ['item', 'version'])
    .execute()
  await db.schema
    .createTable('drill')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.notNull())
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('version', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('passed', 'integer', c => c.notNull())
    .addColumn('details', 'text', c => c.notNull())
    .execute()
  await db.schema.createIndex('drill_item').ifNotExists().on('drill').columns(['item', 'seq']).execute()
  await db.schema
    .createTable('write')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.primaryKey())
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('version', 'text', c => c.notNull())
    .addColumn('made', 'text')
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('actor', 'text', c => c.notNull())
    .addColumn('result', 'text', c => c.notNull())
    .addColumn('reason', 'text')
    .execute()
  await db.schema.createIndex('write_made').ifNotExists().on('write').columns(['item', 'made']).execute()
  await db.schema
    .createTable('trust')
    .ifNotExists()
    .addColumn('asset', 'text', c => c.notNull())
    .addColumn('device', 'text', c => c.notNull())
    .addColumn('fingerprint', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('trust_key', ['asset', 'device'])
    .execute()
}

async function createPlaceTables(db: Kysely<CatalogSchema>): Promise<void> {
  await db.schema
    .createTable('verification')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.primaryKey())
    .addColumn('place', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('read_data', 'integer', c => c.notNull())
    .addColumn('errors', 'integer', c => c.notNull())
    .addColumn('versions', 'integer', c => c.notNull())
    .addColumn('behind', 'text', c => c.notNull())
    .execute()
  await db.schema
    .createTable('acknowledgement')
    .ifNotExists()
    .addColumn('seq', 'integer', c => c.notNull())
    .addColumn('code', 'text', c => c.notNull())
    .addColumn('subject', 'text', c => c.notNull())
    .addColumn('severity', 'text', c => c.notNull())
    .addColumn('reason', 'text', c => c.notNull())
    .addColumn('actor', 'text', c => c.notNull())
    .addColumn('time', 'text', c => c.notNull())
    .addColumn('until', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('acknowledgement_key', ['code', 'subject'])
    .execute()
  await db.schema
    .createTable('connection')
    .ifNotExists()
    .addColumn('item', 'text', c => c.notNull())
    .addColumn('host', 'text', c => c.notNull())
    .addColumn('port', 'integer', c => c.notNull())
    .addColumn('first', 'text', c => c.notNull())
    .addColumn('last', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('connection_key', ['item', 'host', 'port'])
    .execute()
}
