import type { Stats } from 'ssh2'
import { BlackstartError } from '../../errors.ts'
import type { Entry, Target } from '../connector.ts'
import type { SshOptions } from '../ssh/connect-ssh.ts'
import { inside, within } from './device-paths.ts'
import { deviceStat, readDeviceFile } from './read-device-file.ts'
import { sftpFailure } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

export interface DeviceWalk {
  readonly target: Target<SshOptions>
  readonly session: SftpSession
  /** What entries' paths are relative to. */
  readonly base: string
  /** Told of each thing that is no file, folder or link. */
  skipped(path: string): void
  /** Told of each entry, before it is yielded. */
  seen?(path: string, stat: Stats): void
}

/** Deeper than any device's folders, and an end to a tree that contains itself. */
const deepest = 100

/** Yields what the folder on the device holds, in the order of the names, each folder before what is in it. */
export async function* walkDevice(walk: DeviceWalk, folder: string, signal: AbortSignal): AsyncGenerator<Entry> {
  const { target, session, base } = walk
  await guarded(walk, folder, signal, () => target.pace.pause(signal))
  const listing = await guarded(walk, folder, signal, () => session.list(folder))
  const names = new Map(listing.map(({ filename, attrs }) => [filename, attrs]))
  for (const name of [...names.keys()].sort()) {
    checkName(walk, folder, name)
    const place = inside(folder, name)
    const path = within(base, place)
    if (target.excluded(path)) continue
    const listed = names.get(name)
    const stat = listed?.mode === undefined ? await guarded(walk, place, signal, () => session.lstat(place)) : listed
    if (stat === null) throw gone(walk, place)
    yield* entriesAt(walk, place, stat, signal)
  }
}

/** Yields what is at the place, of which `stat` tells what it is. */
export async function* entriesAt(
  walk: DeviceWalk,
  place: string,
  stat: Stats,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  const { target, session, base } = walk
  const path = within(base, place)
  walk.seen?.(path, stat)
  if (stat.isSymbolicLink()) {
    const to = await guarded(walk, place, signal, () => session.readlink(place))
    yield { type: 'link', path, target: to, stat: deviceStat(stat) }
  } else if (stat.isDirectory()) {
    yield { type: 'folder', path, stat: deviceStat(stat) }
    yield* walkDevice(walk, place, signal)
  } else if (stat.isFile()) yield fileAt(target, session, path, place)
  else walk.skipped(path)
}

/** The file at the place, as the entry `path`. */
export function fileAt(target: Target<SshOptions>, session: SftpSession, path: string, place: string): Entry {
  const file = { item: target.item, session, pace: target.pace, path: place }
  return { type: 'file', path, read: signal => readDeviceFile(file, signal) }
}

export async function guarded<T>(
  { target }: Pick<DeviceWalk, 'target'>,
  path: string,
  signal: AbortSignal,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(target.item, 'read', path, error)
  }
}

function checkName({ target }: DeviceWalk, folder: string, name: string): void {
  if (name.includes('\uFFFD')) {
    throw new BlackstartError(
      'unsupported',
      `${target.item}: the name ${JSON.stringify(name)} in ${folder} is not UTF-8 on the device, so that the file cannot be asked for. Rename it, or exclude the folder.`,
    )
  }
  if (name !== '' && name !== '..' && !/[/\0]/.test(name) && folder.split('/').length < deepest) return
  throw new BlackstartError(
    'protocol',
    `${target.item}: the device lists ${JSON.stringify(name)} in ${folder}, which cannot be. Check its firmware, and for a folder that contains itself.`,
  )
}

function gone({ target }: DeviceWalk, path: string): BlackstartError {
  return new BlackstartError(
    'missing',
    `${target.item}: ${path} was listed and is gone. Capture again; exclude temporary files.`,
    { retry: true, facts: { path } },
  )
}
