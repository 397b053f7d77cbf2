import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { EntryStat, Pace, Reading } from '../connector.ts'
import { changedWhileRead, filesFailure } from './files-failure.ts'

/** Bytes asked of the system at once; also what a reading holds in memory. */
const chunkSize = 256 * 1024

export interface FileToRead {
  readonly item: string
  /** For sentences. */
  readonly path: string
  /** For the system. */
  readonly at: Buffer
  readonly pace: Pace
  describe(stat: BigIntStats): EntryStat
  /** Gets the open file, to close it should the reading be given up before its first chunk. */
  hold(open: AsyncDisposable): void
}

/** Opens the file, without following a link in its place, and reads it whole or throws. */
export async function readLocalFile(file: FileToRead, signal: AbortSignal): Promise<Reading> {
  await file.pace.pause(signal)
  signal.throwIfAborted()
  const handle = await opened(file)
  file.hold({ [Symbol.asyncDispose]: () => handle.close() })
  try {
    const before = await handle.stat({ bigint: true })
    if (!before.isFile()) throw changedWhileRead(file.item, file.path)
    return { stat: file.describe(before), chunks: chunksOf(file, handle, before, signal) }
  } catch (error) {
    await handle.close()
    throw filesFailure(file.item, 'read', file.path, error)
  }
}

async function opened({ at, item, path }: FileToRead): Promise<FileHandle> {
  try {
    // O_NONBLOCK: should a named pipe have taken the file's place, do not wait for its writer
    return await open(at, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw filesFailure(item, 'read', path, error)
  }
}

async function* chunksOf(
  file: FileToRead,
  handle: FileHandle,
  before: BigIntStats,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  await using _ = handle
  try {
    let read = 0n
    for (;;) {
      signal.throwIfAborted()
      // a byte more than is left, so that a file that grew shows; a small file takes no large buffer
      const length = Math.min(chunkSize, Number(before.size - read) + 1)
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, null)
      if (bytesRead === 0) break
      read += BigInt(bytesRead)
      if (read > before.size) throw changedWhileRead(file.item, file.path) // or a growing log would never end
      await file.pace.bytes(bytesRead, signal)
      yield buffer.subarray(0, bytesRead)
    }
    const after = await handle.stat({ bigint: true })
    if (read !== before.size || !same(before, after)) throw changedWhileRead(file.item, file.path)
  } catch (error) {
    signal.throwIfAborted()
    throw filesFailure(file.item, 'read', file.path, error)
  }
}

function same(before: BigIntStats, after: BigIntStats): boolean {
  return (
    before.size === after.size &&
    before.mtimeNs === after.mtimeNs &&
    before.ctimeNs === after.ctimeNs &&
    before.ino === after.ino
  )
}
