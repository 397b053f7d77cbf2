import type { Stats } from 'ssh2'
import { BlackstartError } from '../../errors.ts'
import type { EntryStat, Pace, Reading } from '../connector.ts'
import { changedOnDevice, sftpFailure, sftpStatus, statusOf } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

/** What every server grants in one answer; and how many requests are under way at once (512 KiB in memory). */
const requestSize = 32 * 1024
const requestsAhead = 16

export interface DeviceFile {
  readonly item: string
  readonly session: SftpSession
  readonly pace: Pace
  /** Its place on the device. */
  readonly path: string
}

/** Opens the file and reads it whole, or throws: size and time must be the same before and after. */
export async function readDeviceFile(file: DeviceFile, signal: AbortSignal): Promise<Reading> {
  const { item, path, session } = file
  try {
    await file.pace.pause(signal)
    const handle = await session.open(path, 'r')
    const before = await statOpen(file, handle)
    return { stat: deviceStat(before), chunks: chunksOf(file, handle, before, signal) }
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(item, 'read', path, error)
  }
}

/** What of the device's attributes there is; a device leaves out what it does not know. */
export function deviceStat({ mode, uid, gid, mtime }: Partial<Stats>): EntryStat {
  return {
    ...(mode === undefined ? {} : { mode: mode & 0o7777 }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(mtime === undefined ? {} : { mtime: BigInt(mtime) * 1_000_000_000n }),
  }
}

async function* chunksOf(
  file: DeviceFile,
  handle: Buffer,
  before: Stats,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { item, path, session } = file
  try {
    const size: number | undefined = before.size
    let read = 0
    for await (const chunk of size === undefined ? untilEnd(file, handle, signal) : ahead(file, handle, size, signal)) {
      read += chunk.length
      yield chunk
    }
    const after = await statOpen(file, handle)
    if (after.size !== before.size || after.mtime !== before.mtime) throw changedOnDevice(item, path)
    if (size !== undefined && read < size) throw truncated(file, read, size)
    await session.close(handle)
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(item, 'read', path, error)
  }
}

/** Reads `size` bytes with requests under way, then makes sure that the file ends there. */
async function* ahead(file: DeviceFile, handle: Buffer, size: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { session, pace, item, path } = file
  const queue: { position: number; length: number; data: Promise<Buffer>; answered: boolean }[] = []
  let asked = 0
  for (;;) {
    // where the pace is slow, what has come is given on first, and a lost connection is met at once
    while (queue.length < requestsAhead && asked < size && queue[0]?.answered !== true) {
      const length = Math.min(requestSize, size - asked)
      await pace.bytes(length, signal)
      const data = session.read(handle, asked, length)
      const request = { position: asked, length, data, answered: false }
      void Promise.allSettled([data]).then(() => {
        request.answered = true // a failure is met when its turn comes
      })
      queue.push(request)
      asked += length
    }
    const next = queue.shift()
    if (next === undefined) break
    let data = await next.data
    let done = 0
    while (data.length > 0) {
      yield data
      done += data.length
      if (done === next.length) break
      data = await session.read(handle, next.position + done, next.length - done) // the device gave less than asked
    }
    if (done < next.length) return // the end came early
  }
  if ((await session.read(handle, size, 1)).length > 0) throw changedOnDevice(item, path)
}

/** For a device that does not tell the size: one request after the other until its end of file. */
async function* untilEnd(
  { session, pace }: DeviceFile,
  handle: Buffer,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    await pace.bytes(requestSize, signal)
    const data = await session.read(handle, position, requestSize)
    if (data.length === 0) return
    position += data.length
    yield data
  }
}

async function statOpen({ session, path }: DeviceFile, handle: Buffer): Promise<Stats> {
  try {
    return await session.fstat(handle)
  } catch (error) {
    if (statusOf(error) !== sftpStatus.unsupported && statusOf(error) !== sftpStatus.failure) throw error
    const stat = await session.stat(path)
    if (stat === null) throw error
    return stat
  }
}

function truncated({ item, path }: DeviceFile, read: number, size: number): BlackstartError {
  return new BlackstartError(
    'truncated',
    `${item}: the device sent ${read} of the ${size} bytes of ${path} and called it the end. Check the device's storage and capture again.`,
    { retry: true, facts: { path, read, size } },
  )
}
