import { BlackstartError } from '../../errors.ts'
import type { EntryStat, Reading } from '../connector.ts'
import { joinDevicePath } from './device-path.ts'
import { shownPath } from './ftp-failure.ts'
import type { FtpSession, Measure } from './ftp-session.ts'
import type { ListedEntry } from './parse-listing.ts'

/** Bytes beyond the told size that are still read: a file that has just grown is read to its end. */
const OVERSHOOT = 1 << 20

export interface DeviceFile {
  /** The folder that is entered first; null when `name` is a whole path. */
  readonly folder: string | null
  readonly name: string
  /** What the listing said; null for a file that no listing showed. */
  listed: ListedEntry | null
  /** Lists the folder again; null where the file is not listed. */
  relist(signal: AbortSignal): Promise<ListedEntry | null>
}

/** What is known of an entry, as a version keeps it. */
export function entryStat(listed: ListedEntry | null, mtime: bigint | null): EntryStat {
  const time = mtime ?? listed?.mtime ?? null
  return {
    ...(listed?.mode == null ? {} : { mode: listed.mode }),
    ...(listed?.user == null ? {} : { user: listed.user }),
    ...(listed?.group == null ? {} : { group: listed.group }),
    ...(time === null ? {} : { mtime: time }),
  }
}

/** Opens one reading of the file, which ends without throwing only if the whole file was read and held still. */
export async function readDeviceFile(session: FtpSession, file: DeviceFile, signal: AbortSignal): Promise<Reading> {
  const before = await session.measure(file.folder, file.name, signal)
  return { stat: entryStat(file.listed, before.mtime), chunks: checkedChunks(session, file, before, signal) }
}

async function* checkedChunks(
  session: FtpSession,
  file: DeviceFile,
  before: Measure,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const expected = session.target.options.sizes === 'ignore' ? null : (before.size ?? file.listed?.size ?? null)
  let received = 0
  for await (const chunk of session.download(file.folder, file.name, signal)) {
    received += chunk.length
    // a file that never ends must not fill the repository
    if (expected !== null && received > expected + OVERSHOOT) break
    yield chunk
  }
  const after = await session.measure(file.folder, file.name, signal)
  if (after.size !== before.size || after.modified !== before.modified) throw changed(session, file)
  if (session.target.options.sizes === 'ignore') {
    session.target.observe('completeness', 'completion reply only: options.sizes is ignore')
  } else if (before.size !== null) {
    if (received !== before.size) throw wrongSize(session, file, received, before.size)
  } else if (file.listed?.size != null) {
    session.target.observe('completeness', 'size in the listing and completion reply: the device tells no SIZE')
    if (received !== file.listed.size) await compareAgain(session, file, file.listed.size, received, signal)
  } else {
    session.target.observe('completeness', 'completion reply only: the device tells no sizes')
  }
}

/** The listing may simply be older than the file: if it now says something else, the file changed. */
async function compareAgain(
  session: FtpSession,
  file: DeviceFile,
  size: number,
  received: number,
  signal: AbortSignal,
): Promise<void> {
  const listed = await file.relist(signal)
  file.listed = listed ?? file.listed
  throw listed === null || listed.size !== size ? changed(session, file) : wrongSize(session, file, received, size)
}

function pathOf(file: DeviceFile): string {
  return shownPath(file.folder === null ? file.name : joinDevicePath(file.folder, file.name))
}

function changed(session: FtpSession, file: DeviceFile): BlackstartError {
  const { item, device } = session.context
  return new BlackstartError(
    'changed-while-read',
    `${item}: "${pathOf(file)}" changed on ${device} while it was read. Capture again when nothing writes to it, or exclude it.`,
    { retry: true, facts: { device, path: pathOf(file) } },
  )
}

function wrongSize(session: FtpSession, file: DeviceFile, received: number, size: number): BlackstartError {
  const { item, device } = session.context
  const facts = { device, path: pathOf(file), received, size }
  if (received < size) {
    return new BlackstartError(
      'truncated',
      `${item}: ${device} sent ${received} of the ${size} bytes of "${pathOf(file)}" and called it complete. Nothing of it was kept; capture again, and restart the device's FTP server if it stays so. If its sizes are never right, set options.sizes: ignore.`,
      { retry: true, facts },
    )
  }
  return new BlackstartError(
    'mismatch',
    `${item}: ${device} sent ${received} bytes of "${pathOf(file)}", which it says has ${size}. If it makes the file as it is read, set options.sizes: ignore.`,
    { facts },
  )
}
