import { createHash } from 'node:crypto'
import type { FtpSession } from './ftp-session.ts'
import type { ListedEntry } from './parse-listing.ts'
import type { DeviceFile } from './read-device-file.ts'
import { walkDevice, walkLimits } from './walk-device.ts'

const minute = 60_000_000_000n

/**
 * A digest of the listings. Null where the device does not tell the size of every file, and its time to the second: LIST tells
 * minutes at best, and a device whose times are all whole minutes may count no finer.
 */
export async function listingFingerprint(session: FtpSession, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256')
  const unlisted: [string, DeviceFile][] = []
  let [files, wholeMinutes] = [0, 0]
  let told = true
  const add = (path: string, size: number | null, mtime: bigint | null, facts: readonly unknown[] = []) => {
    files += 1
    if (mtime !== null && mtime % minute === 0n) wholeMinutes += 1
    told &&= size !== null && mtime !== null
    hash.update(`${JSON.stringify([path, size, String(mtime), ...facts])}\n`)
  }
  const seen = (path: string, found: ListedEntry | DeviceFile) => {
    if ('listed' in found) unlisted.push([path, found])
    else if (found.type === 'file') add(path, found.size, found.mtime, [found.mode, found.user, found.group])
    else hash.update(`${JSON.stringify([path, found.type, found.link, found.mode, found.user, found.group])}\n`)
  }
  for await (const _ of walkDevice(session, walkLimits, signal, seen)) {
    if (!told) return null
  }
  for (const [path, { folder, name }] of unlisted) {
    const { size, mtime } = await session.measure(folder, name)
    add(path, size, mtime)
  }
  return told && (files === 0 || wholeMinutes < files) ? hash.digest('base64url') : null
}
