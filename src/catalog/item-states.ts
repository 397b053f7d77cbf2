import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { ApprovalRecord, CaptureRecord, DrillRecord, VersionRecord } from './catalog.ts'
import type { CatalogSchema } from './schema.ts'

/** What `status` needs to know of one item. */
export interface ItemState {
  readonly item: string
  readonly latest: VersionRecord | null
  /** The newest that the repository holds. */
  readonly latestStored: VersionRecord | null
  /** The newest that the repository holds and that was read back when it was stored. */
  readonly latestReadBack: VersionRecord | null
  /** When the item was last read successfully, whatever came out; null when never. */
  readonly lastConfirmed: string | null
  /** The newest capture, a failure included. */
  readonly lastCapture: CaptureRecord | null
  /** How long the newest captures that succeeded and were measured took, in milliseconds; newest first, at most 20. */
  readonly captureTimes: readonly number[]
  readonly approved: ApprovalRecord | null
  readonly approvedVersion: VersionRecord | null
  /** The oldest that the repository holds; null where a version was approved. */
  readonly firstStored: VersionRecord | null
  readonly lastDrill: DrillRecord | null
  /** Newest first, at most 20. */
  readonly drills: readonly DrillRecord[]
}

export interface VersionName {
  readonly item: string
  readonly version: string
}

const newest = 20

/**
 * A fixed number of queries, however many items are asked for; each item costs a few steps in an index, however long its
 * history.
 */
export async function states(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
): Promise<ReadonlyMap<string, ItemState>> {
  const latest = await newestVersions(db, items, sql`true`)
  // mostly the latest is all three
  const lost = [...latest.values()].filter(({ snapshot }) => snapshot === null).map(({ item }) => item)
  const stored = new Map([...latest, ...(await newestVersions(db, lost, sql`w.snapshot is not null`))])
  for (const item of lost) if (stored.get(item)?.snapshot === null) stored.delete(item)
  const unread = [...stored.values()].filter(version => version.read_back !== 1).map(({ item }) => item)
  const before = await newestVersions(db, unread, sql`w.snapshot is not null and w.read_back = 1`)
  const captures = await lastCaptures(db, items)
  const successes = await newestSuccesses(db, items)
  const approvals = await newestApprovals(db, items)
  const approved = await versionsNamed(db, [...approvals.values()])
  const approvedVersions = new Map(approved.map(version => [version.item, version]))
  const unapproved = items.filter(item => !approvals.has(item))
  const first = await versionsAt(db, unapproved, sql`w.snapshot is not null order by w.id`)
  const drills = await newestDrills(db, items)
  const state = (item: string): ItemState => {
    const success = successes.get(item)
    const own = drills.get(item) ?? []
    return {
      item,
      latest: latest.get(item) ?? null,
      latestStored: stored.get(item) ?? null,
      latestReadBack: before.get(item) ?? readBackOf(stored.get(item)),
      lastConfirmed: success?.time ?? latest.get(item)?.time ?? null,
      lastCapture: captures.get(item) ?? null,
      captureTimes: success?.times ?? [],
      approved: approvals.get(item) ?? null,
      approvedVersion: approvedVersions.get(item) ?? null,
      firstStored: first.get(item) ?? null,
      lastDrill: own[0] ?? null,
      drills: own,
    }
  }
  return new Map(items.map(item => [item, state(item)]))
}

export function newestBefore(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
  seq: number,
): Promise<ReadonlyMap<string, VersionRecord>> {
  return newestVersions(db, items, sql`w.seq < ${seq}`)
}

export async function versionsNamed(
  db: Kysely<CatalogSchema>,
  names: readonly VersionName[],
): Promise<readonly VersionRecord[]> {
  const pairs = JSON.stringify(names.map(({ item, version }) => [item, version]))
  const { rows } = await sql<VersionRecord>`
    select v.* from json_each(${pairs}) as n
    join version as v on v.item = n.value ->> 0 and v.id = n.value ->> 1`.execute(db)
  return rows
}

function readBackOf(version: VersionRecord | undefined): VersionRecord | null {
  return version?.read_back === 1 ? version : null
}

/** One parameter for any number of items, so that there is one statement. */
function eachOf(items: readonly string[]): RawBuilder<unknown> {
  return sql`json_each(${JSON.stringify(items)})`
}

/** By item: the newest version, called `w`, that meets the condition. */
function newestVersions(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
  condition: RawBuilder<unknown>,
): Promise<ReadonlyMap<string, VersionRecord>> {
  return versionsAt(db, items, sql`${condition} order by w.id desc`)
}

/** By item: the first version, called `w`, that meets the condition in the order that it ends with. */
async function versionsAt(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
  condition: RawBuilder<unknown>,
): Promise<ReadonlyMap<string, VersionRecord>> {
  const { rows } = await sql<VersionRecord>`
    select v.* from ${eachOf(items)} as i
    join version as v on v.item = i.value and v.id =
      (select w.id from version as w where w.item = i.value and ${condition} limit 1)`.execute(db)
  return new Map(rows.map(row => [row.item, row]))
}

async function lastCaptures(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
): Promise<ReadonlyMap<string, CaptureRecord>> {
  const { rows } = await sql<CaptureRecord>`
    select c.* from ${eachOf(items)} as i
    join capture as c on c.item = i.value and c.seq =
      (select d.seq from capture as d where d.item = i.value order by d.seq desc limit 1)`.execute(db)
  return new Map(rows.map(row => [row.item, row]))
}

interface Success {
  readonly time: string
  /** Milliseconds, newest first. */
  readonly times: readonly number[]
}

async function newestSuccesses(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
): Promise<ReadonlyMap<string, Success>> {
  // the outcome is no parameter: only so the index of successes is used
  const { rows } = await sql<{ item: string; times: string; time: string | null }>`
    select i.value as item, (
      select json_group_array(c.milliseconds order by c.seq desc) from (
        select seq, milliseconds from capture
        where item = i.value and outcome <> 'failed' and milliseconds > 0 order by seq desc limit ${newest}
      ) as c
    ) as times, (
      select time from capture where item = i.value and outcome <> 'failed' order by seq desc limit 1
    ) as time from ${eachOf(items)} as i`.execute(db)
  return new Map(
    rows.flatMap(({ item, times, time }) =>
      time === null ? [] : [[item, { time, times: JSON.parse(times) as number[] }]],
    ),
  )
}

async function newestApprovals(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
): Promise<ReadonlyMap<string, ApprovalRecord>> {
  const { rows } = await sql<ApprovalRecord>`
    select a.* from ${eachOf(items)} as i
    join approval as a on a.seq =
      (select b.seq from approval as b where b.item = i.value order by b.seq desc limit 1)`.execute(db)
  return new Map(rows.map(row => [row.item, row]))
}

async function newestDrills(
  db: Kysely<CatalogSchema>,
  items: readonly string[],
): Promise<ReadonlyMap<string, readonly DrillRecord[]>> {
  const { rows } = await sql<DrillRecord>`
    select d.* from ${eachOf(items)} as i
    join drill as d on d.item = i.value and d.seq in
      (select e.seq from drill as e where e.item = i.value order by e.seq desc limit ${newest})
    order by d.seq desc`.execute(db)
  return Map.groupBy(rows, row => row.item)
}
