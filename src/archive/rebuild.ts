import { mkdir, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Repository } from '../engine/repository.ts'
import { restore } from '../engine/restore.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../errors.ts'
import { openJournal } from './journal.ts'
import { nodeAsset } from './node-items.ts'
import type { SitePaths } from './site-paths.ts'
import { verifyJournal } from './verify-archive.ts'
import { readTags } from './version-tags.ts'

/** The newest version of each of the node's own items that a repository holds. */
export async function newestNodeItems(
  repository: Repository,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Snapshot>> {
  const newest = new Map<string, { version: string; snapshot: Snapshot }>()
  for (const snapshot of await repository.snapshots(signal)) {
    const tags = readTags(snapshot.tags)
    if (tags === null || !tags.item.startsWith(`${nodeAsset}/`)) continue
    const known = newest.get(tags.item)
    if (known === undefined || known.version < tags.version) newest.set(tags.item, { version: tags.version, snapshot })
  }
  return new Map([...newest].map(([item, { snapshot }]) => [item, snapshot]))
}

export interface BroughtBack {
  /** The files that were restored from the repository. */
  readonly restored: string[]
  /** Where a damaged journal was put. */
  readonly aside: string | null
}

/**
 * Brings back from a repository what a site folder lacks of the node's own: site.yaml, journal, secrets. What is there
 * stays, but for a journal whose chain is broken: that is put aside. Throws `not-found` where the repository holds no
 * node's items.
 */
export async function bringBackNode(
  repository: Repository,
  paths: SitePaths,
  now: Date,
  signal: AbortSignal,
): Promise<BroughtBack> {
  const newest = await newestNodeItems(repository, signal)
  await mkdir(paths.data, { recursive: true, mode: 0o700 })
  const aside = await putAsideBrokenJournal(paths, now)
  const restored: string[] = []
  for (const [item, file] of [
    [`${nodeAsset}/site`, paths.site],
    [`${nodeAsset}/journal`, paths.journal],
    [`${nodeAsset}/secrets`, paths.secrets],
  ] as const) {
    if (await exists(file)) continue
    const snapshot = newest.get(item)
    if (snapshot === undefined) throw noNode(repository, item)
    await restore(repository, snapshot, { target: path.dirname(file), path: `/${item}/${path.basename(file)}` }, signal)
    restored.push(file)
  }
  return { restored, aside }
}

async function putAsideBrokenJournal(paths: SitePaths, now: Date): Promise<string | null> {
  const journal = openJournal({ file: paths.journal, actor: '', locks: paths.run, now: () => now })
  if ((await verifyJournal(journal)).problem === null) return null
  const aside = `${paths.journal}.${now.toISOString().replaceAll(':', '')}.damaged`
  await rename(paths.journal, aside)
  return aside
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
