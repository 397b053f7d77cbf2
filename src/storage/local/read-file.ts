import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, systemCode } from '../../errors.ts'
import type { FileKind, Range } from '../backend.ts'
import { layoutPath } from '../layout.ts'
import { type Pace, transferPiece } from '../transfer.ts'
import { guarded } from './guarded.ts'
import { isMissing } from './list-files.ts'

/** A file of the repository in the folder `root`. */
export interface PlacedFile {
  readonly root: string
  readonly kind: FileKind
  readonly name: string
}

/** A whole file, or exactly a range of it. Throws `integrity` where the disk itself does not give it back. */
export async function readWhole(
  placed: PlacedFile,
  range: Range | null,
  pace: Pace | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  await using handle = await openOr(placed, signal)
  const offset = range?.offset ?? 0
  const length = await lengthOf(handle, range, (length, size) => tooShort(placed, length, size))
  const bytes = Buffer.allocUnsafeSlow(length)
  const most = pace === undefined ? mostRead : transferPiece
  let filled = 0
  while (filled < length) {
    signal.throwIfAborted()
    const wanted = Math.min(most, length - filled)
    const at = offset + filled
    const { bytesRead } = await handle.read(bytes, filled, wanted, at).catch(error => throwUnreadable(placed, error))
    if (bytesRead === 0) throw tooShort(placed, offset + length, at)
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
  placed: PlacedFile,
  from: number,
  pace: Pace | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const what = `read (${layoutPath(placed.kind, placed.name)})`
  const handle = await guarded(placed.root, what, signal, () => openOr(placed, signal))
  const piece = Buffer.allocUnsafeSlow(pace === undefined ? streamPiece : transferPiece)
  try {
    for (let at = from; ; ) {
      const { bytesRead } = await guarded(placed.root, what, signal, () =>
        handle.read(piece, 0, piece.byteLength, at).catch(error => throwUnreadable(placed, error)),
      )
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

async function openOr(placed: PlacedFile, signal: AbortSignal): Promise<FileHandle> {
  const { root, kind, name } = placed
  const file = layoutPath(kind, name)
  try {
    const handle = await open(path.join(root, file), 'r')
    if (!signal.aborted) return handle
    await handle.close()
    throw signal.reason
  } catch (error) {
    if (!isMissing(error)) throwUnreadable(placed, error)
    throw new BlackstartError('not-found', `${root}: there is no file ${file}.`, { facts: { file }, cause: error })
  }
}

function tooShort({ root, kind, name }: PlacedFile, expected: number, found: number): BlackstartError {
  const file = layoutPath(kind, name)
  return new BlackstartError(
    'integrity',
    `${root}: ${file} is damaged: it ends after ${found} bytes where ${expected} were expected. Check the disk, and bring the file back from another copy.`,
    { facts: { file, kind, name, expected, found } },
  )
}

/** What a file system says of a sector, or of its own notes of a file, that it cannot read: others may be sound. */
const ofTheDisk = new Set(['EIO', 'EUCLEAN', 'EBADMSG'])

function throwUnreadable({ root, kind, name }: PlacedFile, error: unknown): never {
  const system = systemCode(error)
  if (system === null || !ofTheDisk.has(system)) throw error
  const file = layoutPath(kind, name)
  throw new BlackstartError(
    'integrity',
    `${root}: ${file} cannot be read: its disk fails (${system}). Have the disk tested, and bring the file back from another copy.`,
    { facts: { file, kind, name, system }, cause: error },
  )
}
