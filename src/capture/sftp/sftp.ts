import { createHash } from 'node:crypto'
import type { Stats } from 'ssh2'
import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import type { Connector, Entry, Target } from '../connector.ts'
import { firstEntry } from '../files/first-entry.ts'
import { type SshOptions, sshConnection, sshDevice, sshOptions } from '../ssh/connect-ssh.ts'
import { tellWritten } from '../tell-written.ts'
import { commonFolder, devicePaths, inside, within } from './device-paths.ts'
import { restoreEntries } from './restore-entries.ts'
import { openSftp, type SftpSession } from './sftp-session.ts'
import { type DeviceWalk, entriesAt, fileAt, guarded, walkDevice } from './walk-device.ts'

const options = z.strictObject({ ...sshOptions, path: devicePaths })
export type SftpOptions = z.infer<typeof options>

/**
 * Files and folders of a device over SFTP. One path: a folder is captured as what it holds, a file as itself. Several:
 * each with its path from the folder that holds them all.
 */
export const sftp: Connector<SftpOptions> = {
  kind: 'sftp',
  options,
  impact: { capture: 'reads', restore: 'writes' },
  device: target => sshDevice(target, target.options),
  connections: target => [sshConnection(target, 'sftp')],
  fingerprint,
  capture,
  restore,
}

async function* capture(target: Target<SftpOptions>, signal: AbortSignal): AsyncGenerator<Entry> {
  await using session = await openSftp(target, signal)
  const skipped: string[] = []
  yield* walkPaths({ target, session, skipped: path => skipped.push(path) }, signal)
  if (skipped.length > 0) target.observe('skipped', skipped.join(', '))
}

async function* walkPaths(
  { target, session, ...told }: Omit<DeviceWalk, 'base' | 'target'> & { readonly target: Target<SftpOptions> },
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  const paths = [target.options.path].flat()
  const [only = '.', ...others] = paths
  const walk = (base: string): DeviceWalk => ({ target, session, base, ...told })
  if (others.length > 0) return yield* walkSeveral(walk(commonFolder(paths)), paths, signal)
  const stat = await statAt(target, session, only, signal)
  if (stat.isDirectory()) return yield* walkDevice(walk(only), only, signal)
  const path = within(commonFolder([only]), only)
  told.seen?.(path, stat)
  yield fileAt(target, session, path, only)
}

/**
 * Of what the listings tell. A rewrite of the same size within the same second cannot be seen, as in a capture. Null where the
 * server leaves out sizes or times.
 */
async function fingerprint(target: Target<SftpOptions>, signal: AbortSignal): Promise<string | null> {
  await using session = await openSftp(target, signal)
  const hash = createHash('sha256')
  let told = true
  const seen = (path: string, { mode, uid, gid, size, mtime }: Stats) => {
    const file = (mode & 0o170000) === 0o100000
    told &&= !file || (Number.isInteger(size) && Number.isInteger(mtime))
    hash.update(`${JSON.stringify([path, mode, uid, gid, ...(file ? [size, mtime] : [])])}\n`)
  }
  for await (const entry of walkPaths({ target, session, skipped: () => undefined, seen }, signal)) {
    if (entry.type === 'link') hash.update(`${JSON.stringify(entry.target)}\n`)
  }
  return told ? hash.digest('base64url') : null
}

/** Yields the folders that lead to each path, then what is there. */
async function* walkSeveral(walk: DeviceWalk, paths: readonly string[], signal: AbortSignal): AsyncGenerator<Entry> {
  const { target, session, base } = walk
  const led = new Set<string>()
  for (const place of paths.toSorted()) {
    const names = within(base, place).split('/')
    if (target.excluded(names.join('/'))) continue
    for (let depth = 1; depth < names.length; depth++) {
      const folder = inside(base, names.slice(0, depth).join('/'))
      if (led.has(folder)) continue
      led.add(folder)
      const stat = await statAt(target, session, folder, signal)
      for await (const entry of entriesAt(walk, folder, stat, signal)) {
        yield entry
        break // the folder itself, without what it holds
      }
    }
    yield* entriesAt(walk, place, await statAt(target, session, place, signal), signal)
  }
}

/** What is at a path of the options; the one kind of place where a link is followed, because the site file names it. */
async function statAt(target: Target<SshOptions>, session: SftpSession, path: string, signal: AbortSignal) {
  const stat = await guarded({ target }, path, signal, () => session.stat(path))
  if (stat !== null) return stat
  throw new BlackstartError('missing', `${target.item}: ${session.device} has no ${path}. Check options.path.`, {
    facts: { device: session.device, path },
  })
}

/**
 * Where nothing is yet at the one path, a first file that bears its name makes the item a file; everything else makes it
 * a folder.
 */
async function restore(target: Target<SftpOptions>, entries: AsyncIterable<Entry>, signal: AbortSignal): Promise<void> {
  const { first, all } = await firstEntry(entries)
  await using session = await openSftp(target, signal)
  const paths = [target.options.path].flat()
  const [only = '.', ...others] = paths
  const folder = commonFolder(paths)
  const name = within(folder, only)
  const there = others.length > 0 ? null : await guarded({ target }, only, signal, () => session.stat(only))
  const single =
    there === null ? others.length === 0 && first?.type === 'file' && first.path === name : !there.isDirectory()
  const base = single || others.length > 0 ? folder : only
  const writing = { target, session, base, only: single ? name : null }
  await tellWritten(all, counted => restoreEntries(writing, counted, signal))
}
