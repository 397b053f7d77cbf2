import { BlackstartError } from '../../errors.ts'
import type { Entry, EntryStat, FileEntry, LinkEntry, Target } from '../connector.ts'
import type { SshOptions } from '../ssh/connect-ssh.ts'
import { inside } from './device-paths.ts'
import { sftpFailure } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

export interface DeviceWriting {
  readonly target: Target<SshOptions>
  readonly session: SftpSession
  /** What entries' paths are relative to. */
  readonly base: string
  /** The one path that may be written, where the item is one file. */
  readonly only: string | null
}

/** The temporary name beside a file while it is written. */
const temporaryName = '.blackstart-restore.tmp'

/** Bytes of one write request, which every server takes, and how many requests are under way at once. */
const requestSize = 32 * 1024
const requestsAhead = 16

/** Writes the entries below `base`, through no link. Modes and times are set where the device lets us. */
export async function restoreEntries(
  writing: DeviceWriting,
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<void> {
  const { target, base } = writing
  const folders = new Map<string, EntryStat | null>()
  await guarded(writing, base, signal, () => makeFolder(writing, base))
  for await (const entry of entries) {
    signal.throwIfAborted()
    checkPath(writing, entry.path)
    const place = inside(base, entry.path)
    await target.pace.pause(signal)
    await guarded(writing, place, signal, async () => {
      const names = entry.path.split('/')
      for (let depth = 1; depth < names.length; depth++) {
        await makeOnce(writing, folders, inside(base, names.slice(0, depth).join('/')))
      }
      if (entry.type === 'file') return writeFile(writing, place, entry, signal)
      if (entry.type === 'link') return writeLink(writing, place, entry)
      await makeOnce(writing, folders, place)
      folders.set(place, entry.stat)
    })
  }
  for (const [place, stat] of [...folders].reverse()) {
    if (stat !== null) await guarded(writing, place, signal, () => setStat(writing, place, stat))
  }
}

async function makeOnce(writing: DeviceWriting, folders: Map<string, EntryStat | null>, place: string): Promise<void> {
  if (folders.has(place)) return
  await makeFolder(writing, place)
  folders.set(place, null)
}

/** Makes the folder where it is missing, and those above it; `base` itself may be a link, what is below may not. */
async function makeFolder(writing: DeviceWriting, place: string): Promise<void> {
  const { session, base } = writing
  const there = place === base ? await session.stat(place) : await session.lstat(place)
  if (there?.isDirectory()) return
  if (there !== null) throw inTheWay(writing, place)
  const above = place.split('/').slice(0, -1).join('/')
  if (above !== '' && place.length <= base.length) await makeFolder({ ...writing, base: above }, above)
  await session.mkdir(place)
}

async function writeLink(writing: DeviceWriting, place: string, { target: to }: LinkEntry): Promise<void> {
  const { session } = writing
  const there = await session.lstat(place)
  if (there?.isDirectory()) throw inTheWay(writing, place)
  if (there !== null) await session.unlink(place)
  await session.symlink(to, place)
}

/** Under a temporary name first, so that a broken transfer leaves the old file; directly where the device refuses that. */
async function writeFile(writing: DeviceWriting, place: string, entry: FileEntry, signal: AbortSignal): Promise<void> {
  const { session } = writing
  const there = await session.lstat(place)
  if (there?.isDirectory()) throw inTheWay(writing, place)
  if (await writeBeside(writing, place, entry, signal)) return
  if (there?.isSymbolicLink()) await session.unlink(place)
  await setStat(writing, place, await upload(writing, await session.open(place, 'w'), entry, signal))
}

/** False when the device does not let us write beside the file or rename; the device is then as it was. */
async function writeBeside(
  writing: DeviceWriting,
  place: string,
  entry: FileEntry,
  signal: AbortSignal,
): Promise<boolean> {
  const { session } = writing
  const temporary = place.replace(/[^/]*$/, temporaryName)
  const handle = await orRefused(() => session.open(temporary, 'w'))
  if (handle === null) return false
  try {
    await setStat(writing, temporary, await upload(writing, handle, entry, signal))
    if (await renamed(session, temporary, place)) return true
  } catch (error) {
    if (!signal.aborted) await orRefused(() => session.unlink(temporary))
    throw error
  }
  await orRefused(() => session.unlink(temporary))
  return false
}

/** In one step where the device can; else the old file is deleted first, and is missing for a moment. */
async function renamed(session: SftpSession, from: string, to: string): Promise<boolean> {
  const done = Symbol()
  const tried = async (action: () => Promise<void>) => (await orRefused(() => action().then(() => done))) === done
  if (await tried(() => session.replace(from, to))) return true
  if (await tried(() => session.rename(from, to))) return true
  return (await tried(() => session.unlink(to))) && (await tried(() => session.rename(from, to)))
}

/** Writes the whole content and closes the handle; returns what the file was when it was captured. */
async function upload(
  writing: DeviceWriting,
  handle: Buffer,
  entry: FileEntry,
  signal: AbortSignal,
): Promise<EntryStat> {
  const { session, target } = writing
  const { stat, chunks } = await entry.read(signal)
  const underWay: Promise<void>[] = []
  let position = 0
  let failed: Promise<void> | null = null
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += requestSize) {
      const part = chunk.slice(at, at + requestSize) // a copy: the caller may use its chunk again
      await target.pace.bytes(part.length, signal)
      if (failed !== null) await failed // throws: a lost connection is met at once, whatever the pace
      const write = session.write(handle, part, position)
      write.catch(() => {
        failed ??= write
      })
      underWay.push(write)
      position += part.length
      if (underWay.length >= requestsAhead) await underWay.shift()
    }
  }
  await Promise.all(underWay)
  await orRefused(() => session.fsync(handle))
  await session.close(handle)
  return stat
}

async function setStat({ session, target }: DeviceWriting, place: string, { mode, mtime }: EntryStat): Promise<void> {
  const seconds = mtime === undefined ? null : Number(mtime / 1_000_000_000n)
  const attributes = {
    ...(mode === undefined ? {} : { mode }),
    ...(seconds === null ? {} : { mtime: seconds, atime: seconds }),
  }
  if (Object.keys(attributes).length === 0) return
  const done = await orRefused(() => session.setstat(place, attributes).then(() => true))
  if (done === null) target.observe('attributes', 'the device does not let modes and times be set')
}

/** Null when the device refuses the request or does not know it; a broken connection is thrown. */
async function orRefused<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof BlackstartError) throw error
    return null
  }
}

function checkPath({ target, only }: DeviceWriting, path: string): void {
  if (only !== null && path !== only) {
    throw new BlackstartError(
      'mismatch',
      `${target.item}: ${only} is one file, the version also holds ${path}. Correct options.path.`,
    )
  }
  if (!path.split('/').some(name => ['', '.', '..'].includes(name) || name.includes('\0'))) return
  throw new BlackstartError(
    'refused',
    `${target.item}: the path ${JSON.stringify(path)} leads out of the item. Nothing of it was written.`,
    { facts: { path } },
  )
}

function inTheWay({ target }: DeviceWriting, place: string): BlackstartError {
  return new BlackstartError(
    'refused',
    `${target.item}: ${place} cannot be written: on the device a link, a folder or a file of another kind is in its place. Move it away.`,
    { facts: { path: place } },
  )
}

async function guarded(
  { target }: DeviceWriting,
  place: string,
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action()
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(target.item, 'write', place, error)
  }
}
