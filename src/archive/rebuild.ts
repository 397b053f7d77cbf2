import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Repository } from '../engine/repository.ts'
import { restore } from '../engine/restore.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../errors.ts'
import { beginsWith, type Journal, openJournal } from './journal.ts'
import { nodeAsset, siteItem } from './node-items.ts'
import type { SitePaths } from './site-paths.ts'
import { verifyJournal } from './verify-archive.ts'
import { readTags } from './version-tags.ts'

/** The versions of one of the node's own items that a repository holds, newest first. */
function versionsOf(snapshots: readonly Snapshot[], item: string): Snapshot[] {
  return snapshots
    .flatMap(snapshot => {
      const tags = readTags(snapshot)
      return tags?.item === item ? [{ snapshot, version: tags.version }] : []
    })
    .sort((a, b) => (a.version < b.version ? 1 : -1))
    .map(({ snapshot }) => snapshot)
}

export interface BroughtBack {
  /** The files that were restored from the repository. */
  readonly restored: string[]
  readonly aside: JournalAside | null
}

/** A damaged journal. */
export interface JournalAside {
  /** Where it was put. */
  readonly file: string
  readonly sha256: string
  /** How many lines it has beyond those of the copy that took its place. */
  readonly more: number
}

/**
 * Brings back from a repository what a site folder lacks of the node's own: site.yaml, journal, secrets, accounts and
 * certificate authority. What is there stays, but for a journal that is broken, or that does not go on from the newest
 * sound copy: that is put aside. Throws `not-found` where the repository holds no node's items.
 */
export async function bringBackNode(
  repository: Repository,
  paths: SitePaths,
  now: Date,
  signal: AbortSignal,
): Promise<BroughtBack> {
  const snapshots = await repository.snapshots(signal)
  await mkdir(paths.data, { recursive: true, mode: 0o700 })
  const restored: string[] = []
  for (const [item, file] of [
    [siteItem, paths.site],
    [`${nodeAsset}/secrets`, paths.secrets],
  ] as const) {
    if (await exists(file)) continue
    const [newest] = versionsOf(snapshots, item)
    if (newest === undefined) throw noNode(repository, item)
    await restore(repository, newest, { target: path.dirname(file), path: pathOf(item, file) }, signal)
    restored.push(file)
  }
  if (await bringBackIdentity(repository, snapshots, paths, signal)) restored.push(paths.identity)
  const item = `${nodeAsset}/journal`
  const copies = versionsOf(snapshots, item)
  const sound = (await verifyJournal(journalAt(paths.journal, paths, now), signal)).problem === null
  if (copies.length === 0 && !(sound && (await exists(paths.journal)))) throw noNode(repository, item)
  const copy = await newestSoundCopy(repository, copies, paths, now, signal)
  if (sound && (copy === null || (await goesOn(repository, copy.snapshot, paths, signal)))) {
    if (copy !== null) await rm(copy.folder, { recursive: true })
    return { restored, aside: null }
  }
  const aside = await putAside(paths.journal, copy?.file ?? null, now)
  if (copy === null) {
    const detail = 'the journal was damaged, and no copy of it is sound'
    const event = { type: 'administered', action: 'catalog-rebuilt', detail } as const
    await journalAt(paths.journal, paths, now).append([event], signal)
    return { restored, aside }
  }
  await rename(copy.file, paths.journal)
  await rm(copy.folder, { recursive: true })
  return { restored: [...restored, paths.journal], aside }
}

/** The site files that a repository holds, newest first. */
export async function* storedSites(repository: Repository, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const snapshot of versionsOf(await repository.snapshots(signal), siteItem)) {
    const node = await repository.find(snapshot, pathOf(siteItem, 'site.yaml'), signal)
    if (node !== null) yield Buffer.concat(await Array.fromAsync(repository.file(node, signal)))
  }
}

async function putAside(journal: string, copy: string | null, now: Date): Promise<JournalAside | null> {
  if (!(await exists(journal))) return null
  const file = `${journal}.${now.toISOString().replaceAll(':', '')}.damaged`
  const [damaged, sound] = [await measured(journal), copy === null ? null : await measured(copy)]
  await rename(journal, file)
  return { file, sha256: damaged.sha256, more: Math.max(0, damaged.lines - (sound?.lines ?? 0)) }
}

async function measured(file: string): Promise<{ readonly lines: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let lines = 0
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(piece)
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1
  }
  return { lines, sha256: hash.digest('hex') }
}

/** False where it is there, and where the repository never held one. It appears whole, or not at all. */
async function bringBackIdentity(
  repository: Repository,
  snapshots: readonly Snapshot[],
  paths: SitePaths,
  signal: AbortSignal,
): Promise<boolean> {
  const item = `${nodeAsset}/identity`
  const [newest] = versionsOf(snapshots, item)
  if (newest === undefined || (await exists(paths.identity))) return false
  const folder = await mkdtemp(path.join(paths.data, 'rebuild-'))
  await restore(repository, newest, { target: folder, path: `/${item}` }, signal)
  await rename(folder, paths.identity)
  return true
}

function pathOf(item: string, file: string): string {
  return `/${item}/${path.basename(file)}`
}

function journalAt(file: string, paths: SitePaths, now: Date): Journal {
  return openJournal({ file, actor: '', locks: paths.run, now: () => now })
}

/** A journal may have been captured after it was damaged: then an older copy is the newest sound one. */
async function newestSoundCopy(
  repository: Repository,
  copies: readonly Snapshot[],
  paths: SitePaths,
  now: Date,
  signal: AbortSignal,
): Promise<{ folder: string; file: string; snapshot: Snapshot } | null> {
  for (const snapshot of copies) {
    const folder = await mkdtemp(path.join(paths.data, 'rebuild-'))
    const file = path.join(folder, path.basename(paths.journal))
    await restore(repository, snapshot, { target: folder, path: pathOf(`${nodeAsset}/journal`, file) }, signal)
    if ((await verifyJournal(journalAt(file, paths, now), signal)).problem === null) return { folder, file, snapshot }
    await rm(folder, { recursive: true })
  }
  return null
}

async function goesOn(repository: Repository, copy: Snapshot, paths: SitePaths, signal: AbortSignal): Promise<boolean> {
  const node = await repository.find(copy, pathOf(`${nodeAsset}/journal`, paths.journal), signal)
  return node !== null && (await exists(paths.journal)) && beginsWith(paths.journal, repository.file(node, signal))
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function noNode(repository: Repository, item: string): BlackstartError {
  return new BlackstartError(
    'not-found',
    `${repository.backend.location} holds no version of ${item}: it was not written by a Blackstart node, or lost that part. Its backups can be restored with "blackstart repo restore" all the same.`,
  )
}
