import { findVersion, parseItemVersion } from '../archive/find-version.ts'
import { isSameContent } from '../archive/same-content.ts'
import { BlackstartError } from '../errors.ts'
import { loadSite } from '../node/load-site.ts'
import { openSiteRecord } from '../node/open-site.ts'
import { keptVersions } from '../node/views/kept-versions.ts'
import { writtenBy } from '../node/views/version-rows.ts'
import { findItem } from '../site/item-lookup.ts'
import type { Invocation } from './invocation.ts'
import { table } from './table.ts'
import { bytesText, timeText } from './words.ts'

/** The versions of an item, oldest first. */
export async function listVersions(invocation: Invocation, word: string): Promise<undefined> {
  const { item } = parseItemVersion(word)
  const site = await loadSite(invocation)
  const { timezone } = site
  await using record = await openSiteRecord(invocation)
  const { catalog } = record
  const rows = await catalog.versions(item)
  if (rows.length === 0 && findItem(site, item) === null) {
    throw new BlackstartError('not-found', `site.yaml has no item ${item}, and no version of one is known.`)
  }
  if (rows.length === 0) await findVersion(record, item, 'latest')
  const [confirmations, approval, holds] = [
    await catalog.confirmations(item),
    await catalog.approval(item),
    new Set((await catalog.holds(item)).map(hold => hold.version)),
  ]
  const right = rows.find(({ id }) => id === approval?.version) ?? null
  const writes = await catalog.histories.writes(
    item,
    rows.map(({ id }) => id),
  )
  const now = Temporal.Instant.fromEpochMilliseconds(invocation.now().getTime())
  const kept = await keptVersions(site, catalog, item, rows, now)
  const list = rows.map((row, index) => ({
    id: row.id,
    time: row.time,
    outcome: row.outcome,
    confirmed: confirmations.get(row.id) ?? row.time,
    approved: approval?.version === row.id,
    sameAsApproved: right === null ? null : isSameContent(row, right),
    writtenBy: writtenBy(writes.get(row.id)),
    held: holds.has(row.id),
    bytes: row.bytes,
    files: row.files,
    received: row.received,
    kept: kept[index]?.kept ?? true,
    keptFor: kept[index]?.reasons ?? [],
    keptUntil: kept[index]?.until?.toString() ?? null,
  }))
  const lines = list.map(row => [
    row.id,
    row.outcome,
    timeText(row.confirmed, timezone),
    bytesText(row.bytes),
    keptText(row, timezone),
    signs(row, timezone),
  ])
  const head = ['VERSION', 'OUTCOME', 'LAST CONFIRMED', 'SIZE', 'KEPT', '']
  invocation.out.result({ item, versions: list }, table(head, lines))
}

interface Signed {
  readonly approved: boolean
  readonly sameAsApproved: boolean | null
  readonly held: boolean
  readonly writtenBy: ReturnType<typeof writtenBy>
}

function signs({ approved, sameAsApproved, held, writtenBy: write }: Signed, timezone: string): string {
  const words = [
    approved ? 'approved' : sameAsApproved === true ? 'same as approved' : null,
    held ? 'held' : null,
    write === null ? null : writtenWords(write, timezone),
  ]
  return words.filter(word => word !== null).join(', ')
}

function writtenWords({ version, actor, time, reason }: NonNullable<Signed['writtenBy']>, timezone: string): string {
  const words = `written back from ${version} by ${actor}, ${timeText(time, timezone)}`
  return reason === null ? words : `${words} (${reason})`
}

/** The day until which a version is kept if nothing else arrives; the newest of all stays until something does. */
function keptText(
  {
    kept,
    keptFor,
    keptUntil,
  }: { readonly kept: boolean; readonly keptFor: readonly string[]; readonly keptUntil: string | null },
  timezone: string,
): string {
  if (!kept) return 'may go'
  if (keptFor.includes('approved') || keptFor.includes('held')) return 'for ever'
  return keptUntil === null ? 'until replaced' : `until ${timeText(keptUntil, timezone).slice(0, 10)}`
}
