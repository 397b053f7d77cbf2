import type { BigIntStats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { BlackstartError, systemCode } from '../../errors.ts'
import type { Entry, EntryStat, FileEntry, Pace } from '../connector.ts'
import { filesFailure } from './files-failure.ts'
import { type HeldFolder, holdFolder } from './held-folder.ts'
import type { OwnerNames } from './owner-names.ts'
import { nameOfBytes } from './raw-name.ts'
import { readLocalFile } from './read-file.ts'

export interface Walk {
  readonly item: string
  readonly pace: Pace
  readonly owners: OwnerNames
  excluded(path: string): boolean
  /** Told of each thing that is no file, folder or link. */
  skipped(path: string, what: string): void
}

interface Named {
  readonly name: Buffer
  readonly path: string
  readonly stat: BigIntStats
}

/** How often a folder that changes while it is listed is listed again. */
const listings = 5

/** Yields what the folder holds, in the order of the names' bytes, each folder before what is in it. */
export async function* walkFolder(walk: Walk, root: Buffer, signal: AbortSignal): AsyncGenerator<Entry> {
  await using folder = await guarded(walk, root.toString(), () => holdFolder(root))
  yield* walkHeld(walk, folder, '', new Set(), signal)
}

async function* walkHeld(
  walk: Walk,
  folder: HeldFolder,
  path: string,
  above: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  const { dev, ino } = await guarded(walk, path, () => folder.stat())
  const inside = new Set(above).add(`${dev}:${ino}`)
  for (const named of await listed(walk, folder, path, signal)) {
    signal.throwIfAborted()
    const { stat } = named
    if (stat.isFile()) yield* fileEntry(walk, folder.at(named.name), named.path)
    else if (stat.isSymbolicLink()) yield await linkEntry(walk, folder, named)
    else if (!stat.isDirectory()) walk.skipped(named.path, kindOf(stat))
    else if (inside.has(`${stat.dev}:${stat.ino}`)) walk.skipped(named.path, 'a mount of a folder above it')
    else {
      await using child = await guarded(walk, named.path, () => folder.folder(named.name))
      yield { type: 'folder', path: named.path, stat: entryStat(stat, walk.owners) }
      yield* walkHeld(walk, child, named.path, inside, signal)
    }
  }
}

/** What is known of an entry without reading it. */
export interface EntryFacts {
  readonly path: string
  readonly stat: BigIntStats
  /** Null where it is no link. */
  readonly target: string | null
}

/** The same entries with what the system knows of each; nothing is opened but folders. */
export async function* walkFacts(walk: Walk, root: Buffer, signal: AbortSignal): AsyncGenerator<EntryFacts> {
  await using folder = await guarded(walk, root.toString(), () => holdFolder(root))
  yield* heldFacts(walk, folder, '', new Set(), signal)
}

async function* heldFacts(
  walk: Walk,
  folder: HeldFolder,
  path: string,
  above: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<EntryFacts> {
  await walk.pace.pause(signal)
  const { dev, ino } = await guarded(walk, path, () => folder.stat())
  const inside = new Set(above).add(`${dev}:${ino}`)
  for (const named of await listed(walk, folder, path, signal)) {
    signal.throwIfAborted()
    const { stat } = named
    if (stat.isDirectory() ? inside.has(`${stat.dev}:${stat.ino}`) : !stat.isFile() && !stat.isSymbolicLink()) continue
    const link = stat.isSymbolicLink() ? await linkEntry(walk, folder, named) : null
    yield { path: named.path, stat, target: link?.type === 'link' ? link.target : null }
    if (!stat.isDirectory()) continue
    await using child = await guarded(walk, named.path, () => folder.folder(named.name))
    yield* heldFacts(walk, child, named.path, inside, signal)
  }
}

/** One file, which is open only between this entry and the next. */
export async function* fileEntry(walk: Walk, at: Buffer, path: string): AsyncGenerator<FileEntry> {
  await using open = new AsyncDisposableStack()
  const describe = (stat: BigIntStats) => entryStat(stat, walk.owners)
  const { item, pace } = walk
  const file = { item, path, at, pace, describe, hold: (handle: AsyncDisposable) => void open.use(handle) }
  yield { type: 'file', path, read: signal => readLocalFile(file, signal) }
}

async function linkEntry(walk: Walk, folder: HeldFolder, { name, path, stat }: Named): Promise<Entry> {
  const target = await guarded(walk, path, () => readlink(folder.at(name), { encoding: 'buffer' }))
  return { type: 'link', path, target: nameOfBytes(target), stat: entryStat(stat, walk.owners) }
}

/** The names with what they are, taken while the folder held still: nothing that was renamed meanwhile is overlooked. */
async function listed(walk: Walk, folder: HeldFolder, path: string, signal: AbortSignal): Promise<Named[]> {
  for (let listing = 0; listing < listings; listing++) {
    const before = await guarded(walk, path, () => folder.stat())
    const found: Named[] = []
    for (const name of await guarded(walk, path, () => folder.names())) {
      signal.throwIfAborted()
      const inner = path === '' ? nameOfBytes(name) : `${path}/${nameOfBytes(name)}`
      if (walk.excluded(inner)) continue
      const stat = await statOf(walk, folder, name, inner)
      if (stat !== null) found.push({ name, path: inner, stat })
    }
    const after = await guarded(walk, path, () => folder.stat())
    if (after.mtimeNs === before.mtimeNs && after.ino === before.ino) return found
  }
  throw new BlackstartError(
    'unstable',
    `${walk.item}: the folder ${path || '.'} never held still while it was listed. Exclude the files that come and go there.`,
    { retry: true, facts: { path } },
  )
}

/** Null when the name is gone, which the folder's time stamp then shows. */
async function statOf(walk: Walk, folder: HeldFolder, name: Buffer, path: string): Promise<BigIntStats | null> {
  try {
    return await lstat(folder.at(name), { bigint: true })
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw filesFailure(walk.item, 'read', path, error)
  }
}

async function guarded<T>(walk: Walk, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw filesFailure(walk.item, 'read', path || 'the folder', error)
  }
}

function entryStat(stat: BigIntStats, { users, groups }: OwnerNames): EntryStat {
  const mtime = stat.mtimeNs
  if (process.platform === 'win32') return { mtime } // neither permission bits nor owner numbers mean anything there
  const user = users.get(stat.uid)
  const group = groups.get(stat.gid)
  return {
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    mtime,
  }
}

function kindOf(stat: BigIntStats): string {
  if (stat.isFIFO()) return 'a named pipe'
  return stat.isSocket() ? 'a socket' : 'a device'
}
