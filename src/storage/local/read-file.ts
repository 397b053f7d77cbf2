import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError } from '../../errors.ts'
import type { Range } from '../backend.ts'
import { type Pace, transferPiece } from '../transfer.ts'
import { guarded } from './guarded.ts'
import { isMissing } from './list-files.ts'

/** A file below the root, or exactly a range of it. */
export async function readWhole(
  root: string,
  file: string,
  range: Range | null,
  pace: Pace | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  await using handle = await openOr(root, file, signal)
  const offset = range?.offset ?? 0
  const length = await lengthOf(handle, range, (length, size) => tooShort(root, file, length, size))
  const bytes = Buffer.allocUnsafeSlow(length)
  const most = pace === undefined ? mostRead : transferPiece
  let filled = 0
  while (filled < length) {
    signal.throwIfAborted()
    const wanted = Math.min(most, length - filled)
    const { bytesRead } = await handle.read(bytes, filled, wanted, offset + filled)
    if (bytesRead === 0) throw tooShort(root, file, offset + length, offset + filled)
    filled += bytesRead
    await pace?.('read', bytesRead, signal)
  }
  return bytes
}

/** Bytes that Node reads at once, and more than any file of a sound repository has. */
const mostRead = 1024 ** 3

/** What a range asks for is looked at only where memory for it would be missed. */
async function lengthOf(
  handle: FileHandle,
  range: Range | null,
  tooShort: (expected: number, found: number) => BlackstartError,
): Promise<number> {
  if (range !== null && range.length <= mostRead) return range.length
  const { size } = await handle.stat()
  if (range === null) return size
  if (range.offset + range.length > size) throw tooShort(range.offset + range.length, size)
  return range.length
}

const streamPiece = 1024 * 1024

export async function* streamFile(
  root: string,
  file: string,
  from: number,
  pace: Pace | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const what = `read (${file})`
  const handle = await guarded(root, what, signal, () => openOr(root, file, signal))
  const piece = Buffer.allocUnsafeSlow(pace === undefined ? streamPiece : transferPiece)
  try {
    for (let at = from; ; ) {
      const { bytesRead } = await guarded(root, what, signal, () => handle.read(piece, 0, piece.byteLength, at))
      if (bytesRead === 0) return
      at += bytesRead
      await pace?.('read', bytesRead, signal)
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    const closing = handle.close()
    if (signal.aborted)
      closing.catch(() => undefined) // it would wait for a read that hangs
    else await closing
  }
}

async function openOr(root: string, file: string, signal: AbortSignal): Promise<FileHandle> {
  try {
    const handle = await open(path.join(root, file), 'r')
    if (!signal.aborted) return handle
    await handle.close()
    throw signal.reason
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new BlackstartError('not-found', `${root}: there is no file ${file}.`, { facts: { file }, cause: error })
  }
}

function tooShort(root: string, file: string, expected: number, found: number): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${root}: ${file} is damaged: it ends after ${found} bytes where ${expected} were expected. Check the disk, and bring the file back from another copy.`,
    { facts: { file, expected, found } },
  )
}
