import { BlackstartError } from '../../errors.ts'
import type { Entry, FileEntry } from '../connector.ts'
import { type DeviceRoot, deviceRoots, joinDevicePath, lastName } from './device-path.ts'
import { shownPath } from './ftp-failure.ts'
import type { FtpSession } from './ftp-session.ts'
import { FolderLister } from './list-folder.ts'

/** Where an entry goes: a folder on the device, and the name in it; null for one of the item's own roots. */
interface Destination {
  readonly folder: string
  readonly name: string | null
}

/** Writes the entries one by one, each confirmed by the device. Links that it lacks are told at the end, as FTP cannot make them. */
export async function restoreEntries(
  session: FtpSession,
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<void> {
  const roots = deviceRoots(session.target)
  const missingLinks: string[] = []
  const lister = new FolderLister(session)
  for await (const entry of entries) {
    signal.throwIfAborted()
    const destination = await destinationOf(session, roots, entry)
    if (destination === null) continue
    const { folder, name } = destination
    if (entry.type === 'folder') await session.makeFolder(name === null ? folder : joinDevicePath(folder, name))
    else if (name === null) throw noPlace(session, entry.path)
    else if (entry.type === 'file') await writeFile(session, folder, name, entry, signal)
    else if (!(await hasLink(lister, folder, name, entry.target))) missingLinks.push(entry.path)
  }
  if (missingLinks.length === 0) return
  const { item, device } = session.context
  throw new BlackstartError(
    'unsupported',
    `${item}: everything but ${missingLinks.length} link(s) was written to ${device}, for FTP cannot make links: ${shownPath(missingLinks.join(', '))}. Make them on the device by hand.`,
    { facts: { device, links: missingLinks } },
  )
}

async function hasLink(lister: FolderLister, folder: string, name: string, target: string): Promise<boolean> {
  const listed = await lister.list(folder)
  return listed.some(entry => entry.name === name && entry.link === target)
}

async function writeFile(
  session: FtpSession,
  folder: string,
  name: string,
  entry: FileEntry,
  signal: AbortSignal,
): Promise<void> {
  await session.target.pace.pause(signal)
  const reading = await entry.read(signal)
  const sent = await session.upload(folder, name, reading.chunks)
  const { size } = await session.measure(folder, name)
  if (size === null || size === sent || session.target.options.sizes === 'ignore') return
  const { item, device } = session.context
  throw new BlackstartError(
    'truncated',
    `${item}: ${device} kept ${size} of the ${sent} bytes written to "${shownPath(joinDevicePath(folder, name))}". Do not start the machine with it; check its memory and restore again.`,
    { retry: true, facts: { device, path: entry.path, size, sent } },
  )
}

/** Null for a folder above the item's roots, which the device has or which holds nothing of the item. */
async function destinationOf(
  session: FtpSession,
  roots: readonly DeviceRoot[],
  entry: Entry,
): Promise<Destination | null> {
  for (const root of roots) {
    if (root.entry !== '' && root.entry === entry.path) {
      return entry.type === 'folder' ? { folder: root.device, name: null } : fileRoot(root)
    }
    if (root.entry === '' && (await isFileRoot(session, root, entry))) return fileRoot(root)
    if (root.entry === '' || entry.path.startsWith(`${root.entry}/`)) {
      const names = entry.path.slice(root.entry === '' ? 0 : root.entry.length + 1).split('/')
      const name = names.pop() ?? ''
      return { folder: names.reduce(joinDevicePath, root.device), name }
    }
  }
  if (entry.type === 'folder' && roots.some(root => root.entry.startsWith(`${entry.path}/`))) return null
  throw noPlace(session, entry.path)
}

function fileRoot(root: DeviceRoot): Destination {
  const name = lastName(root.device)
  const folder = root.device.slice(0, root.device.length - name.length)
  return { folder: folder.length > 1 ? folder.replace(/\/$/, '') : folder || '.', name }
}

/** A single path without a final `/` is a file when the item holds just its name and the device has no such folder. */
async function isFileRoot(session: FtpSession, root: DeviceRoot, entry: Entry): Promise<boolean> {
  if (root.surelyFolder || entry.type !== 'file' || entry.path !== lastName(root.device)) return false
  return session.target.options.list === 'none' || (await session.tryEnter(root.device)) !== null
}

function noPlace(session: FtpSession, path: string): BlackstartError {
  const { item, device } = session.context
  return new BlackstartError(
    'mismatch',
    `${item}: "${shownPath(path)}" of the version has no place on ${device}, for options.path is another one now. Put back the options.path of that version.`,
    { facts: { device, path } },
  )
}
