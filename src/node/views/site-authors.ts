import { createHash } from 'node:crypto'
import type { Archive } from '../../archive/archive.ts'
import { openStoredFile, versionEntries } from '../../archive/version-entries.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { journalRows } from './journal-rows.ts'

interface SiteChange {
  readonly seq: number
  readonly actor: string
  /** SHA-256 of the file. */
  readonly after: string
}

/**
 * Who wrote these versions of the site definition: whoever the journal names for exactly that content, before the version was
 * recorded. A version that nobody wrote through the node, as one that was edited on the disk, is not in the answer.
 */
export async function siteAuthors(
  archive: Archive,
  rows: readonly VersionRecord[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const [first] = rows
  const changes = first === undefined ? [] : await siteChanges(archive)
  if (first === undefined || changes.length === 0) return new Map()
  const all = await archive.record.catalog.versions(first.item)
  const authors = new Map<string, string>()
  for (const row of rows) {
    if (row.snapshot === null) continue
    const digest = await digestOf(archive, row, signal)
    const change = changes.find(({ seq, after }) => seq < row.seq && after === digest)
    // the same content again, later, was written by somebody else, or by hand
    const isTaken = all.some(
      ({ seq, raw }) => change !== undefined && change.seq < seq && seq < row.seq && raw === row.raw,
    )
    if (change !== undefined && !isTaken) authors.set(row.id, change.actor)
  }
  return authors
}

/** So many changes are looked at, the newest. */
const mostChanges = 5_000

async function siteChanges(archive: Archive): Promise<readonly SiteChange[]> {
  const found: SiteChange[] = []
  for (let cursor: string | undefined; found.length < mostChanges; ) {
    const { rows, next } = await journalRows(archive, { what: ['site-changed'], cursor, limit: 500 })
    found.push(...rows.map(({ seq, actor, event }) => ({ seq, actor, after: String(event.after) })))
    if (next === null) break
    cursor = next
  }
  return found
}

const digests = new WeakMap<Archive['repository'], Map<string, string>>()

/** SHA-256 of the file that a version holds; worked out once for each. */
async function digestOf(archive: Archive, version: VersionRecord, signal: AbortSignal): Promise<string> {
  const known = digests.get(archive.repository) ?? new Map<string, string>()
  digests.set(archive.repository, known)
  const before = known.get(version.id)
  if (before !== undefined) return before
  const hash = createHash('sha256')
  for await (const { type, path } of versionEntries(archive, version, signal)) {
    if (type === 'file') for await (const part of openStoredFile(archive, version, path, signal)) hash.update(part)
  }
  const digest = hash.digest('hex')
  known.set(version.id, digest)
  return digest
}
