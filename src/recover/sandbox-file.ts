import { constants } from 'node:fs'
import { access, chmod, lstat, open } from 'node:fs/promises'
import { systemCode } from '../errors.ts'

export interface SandboxReading extends AsyncDisposable {
  /** The first bytes, at most `length`. */
  head(length: number): Promise<Buffer>
  /** All bytes; a chunk is the reader's to keep. */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
}

const chunkBytes = 1024 * 1024

/** Opens a restored file for reading; never what a link points to. */
export async function readingOf(file: string): Promise<SandboxReading> {
  await using _open = await readable(file)
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  return {
    async head(length) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
      return buffer.subarray(0, bytesRead)
    },
    async *chunks(signal) {
      for (let at = 0; ; ) {
        signal.throwIfAborted()
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at)
        if (bytesRead === 0) return
        at += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** Restored modes may shut out even the owner: opens a file or folder to it until disposed. */
export async function readable(file: string): Promise<AsyncDisposable> {
  const { mode } = await lstat(file)
  try {
    await access(file, constants.R_OK)
    return { [Symbol.asyncDispose]: async () => undefined }
  } catch (error) {
    if (systemCode(error) !== 'EACCES') throw error
  }
  await chmod(file, 0o700)
  return { [Symbol.asyncDispose]: () => chmod(file, mode & 0o7777) }
}
