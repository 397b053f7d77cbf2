import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises'
import { compareBytes, decodeBytes, encodeBytes } from '../tree/byte-string.ts'

/** A path as `node:fs` takes it. Paths here are strings of byte-string.ts. */
export function systemPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodeBytes(path)
}

/** Names in a folder, in the order of a tree. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(systemPath(folder), { encoding: 'buffer' })
  return names.map(decodeBytes).sort(compareBytes)
}

export async function statOf(path: string): Promise<BigIntStats> {
  return await lstat(systemPath(path), { bigint: true })
}

export async function linkTarget(path: string): Promise<string> {
  return decodeBytes(await readlink(systemPath(path), { encoding: 'buffer' }))
}

/** Opens for reading what is a file, and nothing that a link points to. A FIFO in its place does not block. */
export async function openFile(path: string): Promise<FileHandle> {
  return await open(systemPath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

/** The file from its beginning, through `buffer`: a piece is valid until the next one is asked for. */
export async function* piecesOf(
  handle: FileHandle,
  buffer: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}
