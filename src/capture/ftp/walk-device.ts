import { BlackstartError } from '../../errors.ts'
import type { Entry, FileEntry } from '../connector.ts'
import { type DeviceRoot, deviceRoots, joinDevicePath, lastName } from './device-path.ts'
import { shownPath } from './ftp-failure.ts'
import type { FtpSession } from './ftp-session.ts'
import { FolderLister } from './list-folder.ts'
import type { ListedEntry } from './parse-listing.ts'
import { type DeviceFile, entryStat, readDeviceFile } from './read-device-file.ts'

export interface WalkLimits {
  /** Folders inside folders. */
  readonly depth: number
  readonly entries: number
}

export const walkLimits: WalkLimits = { depth: 64, entries: 500_000 }

interface Walk {
  readonly session: FtpSession
  readonly lister: FolderLister
  readonly limits: WalkLimits
  readonly made: Set<string>
  readonly seen: Seen | undefined
  entries: number
}

/** Told of each listed entry, and of each file that no listing shows, before it is yielded. */
export type Seen = (path: string, found: ListedEntry | DeviceFile) => void

/** Every entry of the item's paths, parents before children. Links are kept as links, never followed. */
export async function* walkDevice(
  session: FtpSession,
  limits: WalkLimits,
  signal: AbortSignal,
  seen?: Seen,
): AsyncGenerator<Entry> {
  const walk: Walk = { session, lister: new FolderLister(session), limits, made: new Set(), seen, entries: 0 }
  for (const root of deviceRoots(session.target)) {
    if (root.entry !== '' && session.target.excluded(root.entry)) continue
    if (await isFolder(session, root)) {
      yield* parents(walk, root.entry, true)
      yield* visit(walk, root.device, root.entry, 0, signal)
    } else {
      const path = root.entry === '' ? lastName(root.device) : root.entry
      yield* parents(walk, root.entry, false)
      yield fileEntry(walk, { folder: null, name: root.device, listed: null, relist: async () => null }, path)
    }
  }
}

async function isFolder(session: FtpSession, root: DeviceRoot): Promise<boolean> {
  if (root.surelyFolder) return true
  if (session.target.options.list === 'none') return false
  return (await session.tryEnter(root.device)) === null
}

function* parents(walk: Walk, entry: string, whole: boolean): Generator<Entry> {
  const names = entry.split('/').filter(name => name !== '')
  for (let count = 1; count < names.length + (whole ? 1 : 0); count += 1) {
    const path = names.slice(0, count).join('/')
    if (walk.made.has(path)) continue
    walk.made.add(path)
    yield { path, type: 'folder', stat: {} }
  }
}

async function* visit(
  walk: Walk,
  folder: string,
  prefix: string,
  depth: number,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  const { session } = walk
  const { list, hidden, recursive } = session.target.options
  if (depth > walk.limits.depth) throw tooMuch(session, folder, `folders ${walk.limits.depth} deep`)
  await session.target.pace.pause(signal)
  const listed = list === 'none' ? [] : await walk.lister.list(folder)
  const names = new Set(listed.map(entry => entry.name))
  for (const entry of listed) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (session.target.excluded(path) || (entry.type === 'folder' && !recursive)) continue
    walk.entries += 1
    if (walk.entries > walk.limits.entries) throw tooMuch(session, folder, `more than ${walk.limits.entries} entries`)
    yield listedEntry(walk, folder, entry, path)
    if (entry.type === 'folder') yield* visit(walk, joinDevicePath(folder, entry.name), path, depth + 1, signal)
  }
  for (const name of depth === 0 ? new Set(hidden) : []) {
    const path = prefix === '' ? name : `${prefix}/${name}`
    if (names.has(name) || session.target.excluded(path)) continue
    yield fileEntry(walk, { folder, name, listed: null, relist: async () => null }, path)
  }
}

function listedEntry(walk: Walk, folder: string, listed: ListedEntry, path: string): Entry {
  if (listed.type !== 'file') walk.seen?.(path, listed)
  if (listed.type === 'folder') return { path, type: 'folder', stat: entryStat(listed, null) }
  if (listed.type === 'file') {
    const relist = async () => {
      const again = await walk.lister.list(folder)
      return again.find(entry => entry.name === listed.name) ?? null
    }
    return fileEntry(walk, { folder, name: listed.name, listed, relist }, path)
  }
  if (listed.type === 'link' && listed.link !== null && listed.link !== '') {
    return { path, type: 'link', target: listed.link, stat: entryStat(listed, null) }
  }
  const { item, device } = walk.session.context
  throw new BlackstartError(
    'unsupported',
    `${item}: "${shownPath(joinDevicePath(folder, listed.name))}" on ${device} is neither file nor folder, and FTP cannot read it. Exclude it in site.yaml.`,
    { facts: { device, path } },
  )
}

function fileEntry(walk: Walk, file: DeviceFile, path: string): FileEntry {
  walk.seen?.(path, file.listed ?? file)
  return {
    path,
    type: 'file',
    async read(signal) {
      await walk.session.target.pace.pause(signal)
      return await readDeviceFile(walk.session, file, signal)
    },
  }
}

function tooMuch(session: FtpSession, folder: string, what: string): BlackstartError {
  const { item, device } = session.context
  return new BlackstartError(
    'protocol',
    `${item}: ${device} shows ${what}, at "${shownPath(folder)}", so its folders may lead in a circle. Narrow options.path, or exclude that folder.`,
    { facts: { device, path: folder } },
  )
}
