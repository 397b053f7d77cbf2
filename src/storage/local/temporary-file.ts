import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'
import { type Pace, transferPiece } from '../transfer.ts'
import { makeFolder, syncFolder } from './durable-folder.ts'

/** Buffers for one call of the system, which takes a limited number. */
const buffersAtOnce = 512

/** Temporary name, fsync, rename, fsync of the folder: afterwards the file is whole, or it is not there. */
export class TemporaryFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #pace: Pace | undefined
  readonly #signal: AbortSignal
  #bytes = 0

  private constructor(file: string, handle: FileHandle, pace: Pace | undefined, signal: AbortSignal) {
    this.#path = file
    this.#handle = handle
    this.#pace = pace
    this.#signal = signal
  }

  /** `beginning` is that of its path; a random word is added. Once the signal is aborted nothing gets its final name. */
  static async create(beginning: string, pace: Pace | undefined, signal: AbortSignal): Promise<TemporaryFile> {
    const file = `${beginning}${randomBytes(6).toString('hex')}`
    const temporary = new TemporaryFile(file, await inFolder(file, () => open(file, 'wx', 0o600)), pace, signal)
    return await temporary.guard(async () => {
      signal.throwIfAborted()
      return temporary
    })
  }

  async writeAll(parts: readonly Uint8Array[]): Promise<void> {
    if (this.#pace === undefined) return await this.#write(parts)
    for (const part of parts) {
      for (let at = 0; at < part.byteLength; at += transferPiece) {
        const slice = part.subarray(at, at + transferPiece)
        await this.#pace('write', slice.byteLength, this.#signal)
        await this.#write([slice])
      }
    }
  }

  /** Durable under that name; returns the bytes written. On an error the temporary file is gone. */
  async moveTo(file: string): Promise<number> {
    await this.guard(async () => {
      await this.#handle.chmod(0o400).catch((error: unknown) => {
        // Shares of other systems know no permissions.
        if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error
      })
      await this.#handle.sync()
      await this.#handle.close()
      this.#signal.throwIfAborted()
      await inFolder(file, () => rename(this.#path, file))
    })
    await syncFolder(path.dirname(file))
    return this.#bytes
  }

  /** Runs an action, and removes the file when it fails. */
  async guard<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action()
    } catch (error) {
      await this.remove()
      throw error
    }
  }

  async remove(): Promise<void> {
    await this.#handle.close()
    await rm(this.#path, { force: true })
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    for (let first = 0; first < parts.length; first += buffersAtOnce) {
      this.#signal.throwIfAborted()
      const some = parts.slice(first, first + buffersAtOnce)
      const total = some.reduce((sum, part) => sum + part.byteLength, 0)
      const { bytesWritten } = await this.#handle.writev(some)
      // The system may write less than it was given.
      if (bytesWritten < total) await this.#handle.writeFile(Buffer.concat(some).subarray(bytesWritten))
      this.#bytes += total
    }
  }
}

/** Makes the file's folder where that is missing. */
async function inFolder<Result>(file: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    await makeFolder(path.dirname(file))
    return await action()
  }
}
