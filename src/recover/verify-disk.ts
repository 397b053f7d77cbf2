import { createHash } from 'node:crypto'
import type { Archive } from '../archive/archive.ts'
import type { DigestedEntry } from '../archive/item-digest.ts'
import { type StoredEntry, versionEntries } from '../archive/version-entries.ts'
import { diskEntries, rawDigestOf } from './disk-entries.ts'
import type { StoredVersion } from './recovery-version.ts'

export interface DiskProblem {
  /** In the item; null for the whole of it. */
  readonly path: string | null
  readonly what: string
}

export interface DiskReport {
  readonly entries: readonly DigestedEntry[]
  readonly bytes: number
  readonly files: number
  /** False where only root could give files back to their owners; then all but the owners is verified. */
  readonly owners: boolean
  readonly problems: readonly DiskProblem[]
}

/**
 * Compares what lies in `folder` with a version: its digest over every name, permission, owner and byte, made anew from
 * the disk. Where it differs, says which entries.
 */
export async function verifyDisk(
  archive: Archive,
  version: StoredVersion,
  folder: string,
  signal: AbortSignal,
): Promise<DiskReport> {
  const entries = await diskEntries(folder, signal)
  const files = entries.filter(entry => entry.type === 'file')
  const bytes = files.reduce((sum, file) => sum + (file.digests?.bytes ?? 0), 0)
  const owners = process.getuid?.() === 0
  const report = { entries, bytes, files: files.length, owners, problems: [] }
  if (owners && rawDigestOf(entries) === version.raw) return report
  const stored = new Map<string, StoredEntry>()
  for await (const entry of versionEntries(archive, version, signal)) stored.set(entry.path, entry)
  const asStored = owners ? entries : entries.map(entry => withOwner(entry, stored.get(entry.path)))
  if (rawDigestOf(asStored) === version.raw) return report
  return { ...report, problems: await differences(archive, asStored, stored, signal) }
}

function withOwner(entry: DigestedEntry, stored: StoredEntry | undefined): DigestedEntry {
  if (stored === undefined) return entry
  const { uid, gid } = stored.stat
  return { ...entry, stat: { ...entry.stat, uid, gid } }
}

async function differences(
  archive: Archive,
  entries: readonly DigestedEntry[],
  stored: ReadonlyMap<string, StoredEntry>,
  signal: AbortSignal,
): Promise<DiskProblem[]> {
  const found: DiskProblem[] = []
  const onDisk = new Set(entries.map(entry => entry.path))
  for (const path of stored.keys()) if (!onDisk.has(path)) found.push({ path, what: 'was not restored' })
  for (const entry of entries) {
    const what = await difference(archive, entry, stored.get(entry.path), signal)
    if (what !== null) found.push({ path: entry.path, what })
  }
  if (found.length > 0) return found
  const what = 'what was restored is what the repository holds, but not what was captured: the digest differs'
  return [{ path: null, what }]
}

async function difference(
  archive: Archive,
  entry: DigestedEntry,
  stored: StoredEntry | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  if (stored === undefined) return 'is not in the version'
  if (stored.type !== entry.type) return `is a ${entry.type}, not a ${stored.type}`
  if (entry.type === 'link') return entry.target === stored.node.linktarget ? null : 'points elsewhere'
  const { mode, uid, gid } = entry.stat
  if (mode !== (stored.stat.mode & 0o7777)) {
    return `has the permissions ${mode.toString(8)}, not ${(stored.stat.mode & 0o7777).toString(8)}`
  }
  if (uid !== stored.stat.uid || gid !== stored.stat.gid) return `belongs to ${uid}:${gid}, not to its owner`
  if (entry.digests === undefined) return null
  if (entry.digests.bytes !== stored.node.size) {
    return `has ${entry.digests.bytes} bytes, not ${stored.node.size ?? 0}`
  }
  const hash = createHash('sha256')
  for await (const chunk of archive.repository.file(stored.node, signal)) hash.update(chunk)
  return hash.digest('hex') === entry.digests.raw ? null : 'does not hold the bytes that it should'
}
