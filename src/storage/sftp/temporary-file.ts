import { randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import { type Pace, transferPiece } from '../transfer.ts'
import { makeFolder } from './remote-folders.ts'
import { sftpStatus, statusOf } from './sftp-failure.ts'
import { isUnsupported, type SftpSession } from './sftp-session.ts'

/** Stands between the beginning of a temporary file's name and a random word; the local backend writes the same. */
export const temporaryMark = '-tmp-'

/** Bytes that one request carries: the most that OpenSSH takes at once; ssh2 cuts it for servers that take less. */
const wholePiece = 255 * 1024

/** A file on the server that is written under a temporary name, with requests under way. */
export class TemporaryFile {
  readonly path: string
  readonly #session: SftpSession
  readonly #handle: Buffer
  readonly #pace: Pace | undefined
  readonly #answers: Promise<void>[] = []
  readonly #size: number
  #piece: Buffer
  #filled = 0
  #sent = 0
  #failure: { readonly error: unknown } | null = null
  #closed = false

  private constructor(session: SftpSession, path: string, handle: Buffer, pace: Pace | undefined) {
    this.path = path
    this.#session = session
    this.#handle = handle
    this.#pace = pace
    this.#size = pace === undefined ? wholePiece : transferPiece
    this.#piece = Buffer.allocUnsafeSlow(this.#size)
  }

  /** `beginning` is that of its path; a random word is added. Makes the folder where it is missing. */
  static async create(
    session: SftpSession,
    beginning: string,
    pace: Pace | undefined,
    signal: AbortSignal,
  ): Promise<TemporaryFile> {
    const path = `${beginning}${temporaryMark}${randomBytes(6).toString('hex')}`
    return new TemporaryFile(session, path, await openNew(session, path, signal), pace)
  }

  /** The bytes belong to the caller again once the promise resolves. Throws what an earlier request failed of, too. */
  async append(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (let at = 0; at < bytes.byteLength; ) {
      const some = bytes.subarray(at, at + this.#size - this.#filled)
      this.#piece.set(some, this.#filled)
      this.#filled += some.byteLength
      at += some.byteLength
      if (this.#filled === this.#size) await this.#send(signal)
    }
  }

  /** Durable under that name, where the server can make it so; returns the bytes written. */
  async moveTo(file: string, signal: AbortSignal): Promise<number> {
    if (this.#filled > 0) await this.#send(signal)
    await Promise.all(this.#answers)
    if (this.#failure !== null) throw this.#failure.error
    const session = this.#session
    this.#closed = true
    await Promise.all([session.syncFile(this.#handle, signal), session.closed(this.#handle, signal)])
    await moveInto(session, this.path, file, signal)
    await session.syncFolder(posix.dirname(file), signal)
    return this.#sent
  }

  /** Takes the file away, where the connection still stands; waits for nothing. */
  discard(): void {
    if (!this.#closed) this.#session.close(this.#handle)
    this.#closed = true
    this.#session.quietly(done => this.#session.sftp.unlink(this.path, done))
  }

  async #send(signal: AbortSignal): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error
    const [data, position] = [this.#piece.subarray(0, this.#filled), this.#sent]
    this.#piece = Buffer.allocUnsafeSlow(this.#size) // ssh2 may still need the one before
    this.#filled = 0
    this.#sent += data.length
    await this.#pace?.('write', data.length, signal)
    const { answer } = await this.#session.piece<void>(signal, done =>
      this.#session.sftp.write(this.#handle, data, 0, data.length, position, error => done(error)),
    )
    this.#answers.push(
      answer.catch((error: unknown) => {
        this.#failure ??= { error }
      }),
    )
  }
}

/** Mode 0400 from the beginning: only whoever created the file may write it. */
async function openNew(session: SftpSession, path: string, signal: AbortSignal): Promise<Buffer> {
  try {
    return await session.open(path, 'wx', 0o400, signal)
  } catch (error) {
    if (statusOf(error) !== sftpStatus.noSuchFile) throw error
    await makeFolder(session, posix.dirname(path), signal)
    return await session.open(path, 'wx', 0o400, signal)
  }
}

async function moveInto(session: SftpSession, from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await replace(session, from, to, signal)
  } catch (error) {
    if (statusOf(error) !== sftpStatus.noSuchFile) throw error
    await makeFolder(session, posix.dirname(to), signal)
    await replace(session, from, to, signal)
  }
}

/** In one step where the server knows POSIX's rename; else what stands there is moved aside first, and back on a failure. */
async function replace(session: SftpSession, from: string, to: string, signal: AbortSignal): Promise<void> {
  const { sftp } = session
  const rename = (a: string, b: string) => session.tell(signal, done => sftp.rename(a, b, done))
  try {
    await session.tell(signal, done => sftp.ext_openssh_rename(from, to, done))
    return
  } catch (error) {
    if (!isUnsupported(error)) throw error
  }
  try {
    await rename(from, to)
  } catch (error) {
    if (statusOf(error) === null || !(await session.stat(to, signal))?.isFile()) throw error
    const aside = `${from}-before`
    await rename(to, aside)
    try {
      await rename(from, to)
    } catch (again) {
      await rename(aside, to)
      throw again
    }
    session.quietly(done => sftp.unlink(aside, done))
  }
}
