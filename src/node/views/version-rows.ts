import type { Archive } from '../../archive/archive.ts'
import { isSameContent } from '../../archive/same-content.ts'
import type { VersionRecord, WriteRecord } from '../../catalog/catalog.ts'
import { BlackstartError } from '../../errors.ts'
import type { Retained } from '../../policy/retention/retain.ts'
import { findItem } from '../../site/item-lookup.ts'
import type { Judged } from '../site-node.ts'
import { badCursor, opaqueCursor, openCursor } from './find-rows.ts'
import { keptVersions } from './kept-versions.ts'

export interface VersionPage {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Versions of an item, newest first. Throws `not-found` for an item that neither the site nor the catalog knows. */
export async function versionRows(archive: Archive, judged: Judged, item: string, { cursor, limit }: VersionPage) {
  const { histories } = archive.record.catalog
  const rows = await histories.versions(item, cursor === undefined ? null : versionCursor(item, cursor), limit + 1)
  const total = await histories.versionCount(item)
  if (total === 0 && findItem(judged.site, item) === null) {
    throw new BlackstartError('not-found', `site.yaml has no item ${item}, and no version of one is known.`)
  }
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    ...{ item, total, rows: await describeVersions(archive, judged, item, page) },
    next: rows.length > limit && last !== undefined ? opaqueCursor(`versions of ${item}`, last.id) : null,
  }
}

function versionCursor(item: string, cursor: string): string {
  const id = openCursor(`versions of ${item}`, cursor)
  if (typeof id !== 'string') throw badCursor()
  return id
}

/** What is told of each version besides what the catalog's row holds. */
export async function describeVersions(archive: Archive, judged: Judged, item: string, rows: readonly VersionRecord[]) {
  const { catalog } = archive.record
  const approvals = Map.groupBy(await catalog.histories.approvals(item), ({ version }) => version)
  const approved = (await catalog.approval(item))?.version ?? null
  const right = approved === null ? null : await catalog.version(item, approved)
  const writes = await catalog.histories.writes(
    item,
    rows.map(({ id }) => id),
  )
  const holds = new Map((await catalog.holds(item)).map(hold => [hold.version, hold]))
  const kept = await retained(archive, judged, item)
  return rows.map(row => {
    const hold = holds.get(row.id)
    const stays = kept.get(row.id)
    const { id, outcome, time, seen, received, bytes, files } = row
    return {
      ...{ id, outcome, time, confirmed: seen, received, bytes, files },
      approved: approved === id,
      sameAsApproved: right === null ? null : isSameContent(row, right),
      writtenBy: writtenBy(writes.get(id)),
      approvals: (approvals.get(id) ?? []).map(one => ({ actor: one.actor, time: one.time, note: one.note })),
      hold: hold === undefined ? null : { actor: hold.actor, time: hold.time, reason: hold.reason },
      kept: stays?.kept ?? true,
      keptFor: stays?.reasons ?? [],
      keptUntil: stays?.until?.toString() ?? null,
      stored: row.snapshot !== null,
      unexpected: row.expected === null ? null : row.expected === 0,
    }
  })
}

/** The write-back that made a version, and what was written; null where none did. */
export function writtenBy(write: WriteRecord | undefined) {
  if (write === undefined) return null
  const { actor, time, version, result, reason } = write
  return { actor, time, version, result, reason }
}

type Kept = ReadonlyMap<string, Retained>
const made = new WeakMap<Judged, Map<string, Kept>>()
/** So many items are remembered of a judgement. */
const remembered = 50

/** Every version of an item decides on every other: made once for a judgement. */
async function retained({ record }: Archive, judged: Judged, item: string): Promise<Kept> {
  const known = made.get(judged) ?? new Map<string, Kept>()
  made.set(judged, known)
  const before = known.get(item)
  if (before !== undefined) return before
  const { criticality } = judged.judgement
  const rows = await record.catalog.versions(item)
  const classOf = (asset: string) => criticality.classOf(asset)
  const kept = await keptVersions(judged.site, record.catalog, item, rows, judged.facts.now, classOf)
  const byId = new Map(kept.map(one => [one.id, one]))
  if (known.size >= remembered) known.clear()
  known.set(item, byId)
  return byId
}
