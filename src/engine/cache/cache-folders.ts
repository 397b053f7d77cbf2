import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/** Milliseconds after which a cache that nobody has used is removed: 30 days. */
const agedAfter = 30 * 24 * 3_600_000

/** The cache of one repository. */
export interface CacheFolder {
  readonly repository: string
  readonly folder: string
  /** When the repository was opened with it last. */
  readonly used: Date
  readonly isAged: boolean
}

/** The caches below a folder, those that were used last first; none where it is missing or cannot be read. */
export async function cacheFolders(base: string, now: Date): Promise<readonly CacheFolder[]> {
  const names = await readdir(base).catch(() => [])
  const found: CacheFolder[] = []
  for (const repository of names.filter(name => /^[0-9a-f]{64}$/.test(name))) {
    const folder = path.join(base, repository)
    const facts = await stat(folder).catch(() => null)
    if (!facts?.isDirectory()) continue
    found.push({ repository, folder, used: facts.mtime, isAged: now.getTime() - facts.mtimeMs > agedAfter })
  }
  return found.sort((a, b) => b.used.getTime() - a.used.getTime())
}

/** Removes the caches that nobody has used for 30 days, but not that of `except`; returns them. What cannot be removed stays. */
export async function removeAged(base: string, except: string | null, now: Date): Promise<readonly CacheFolder[]> {
  const removed: CacheFolder[] = []
  for (const cache of await cacheFolders(base, now)) {
    if (!cache.isAged || cache.repository === except) continue
    const isGone = await rm(cache.folder, { recursive: true, force: true }).then(
      () => true,
      () => false,
    )
    if (isGone) removed.push(cache)
  }
  return removed
}

/** Bytes of all files below a folder. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const below = path.join(folder, entry.name)
    if (entry.isDirectory()) bytes += await folderBytes(below)
    else bytes += (await stat(below).catch(() => null))?.size ?? 0
  }
  return bytes
}
