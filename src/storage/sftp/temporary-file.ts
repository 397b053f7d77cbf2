import { randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import { type Pace, transferPiece } from '../transfer.ts'
import { moveInto } from './move-into.ts'
import { makeFolder } from './remote-folders.ts'
import { sftpStatus, statusOf, uploadGone } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

/** Stands between the beginning of a temporary file's name and a random word; the local backend writes the same. */
export const temporaryMark = '-tmp-'

/** Bytes that one request carries: the most that OpenSSH takes at once; ssh2 cuts it for servers that take less. */
const wholePiece = 255 * 1024
/** Only whoever created the file may write it: it has this mode from the beginning. */
const readOnly = 0o400

/** `beginning` is that of the path; a random word is added. */
export function temporaryPath(beginning: string): string {
  return `${beginning}${temporaryMark}${randomBytes(6).toString('hex')}`
}

/** The file as one session has it open. */
interface Opened {
  readonly session: SftpSession
  /** Null once it is closed, and where the file was found gone because it may have its name already. */
  handle: Buffer | null
  readonly answers: Promise<void>[]
  failure: { readonly error: unknown } | null
}

/**
 * A file on the server that is written under a temporary name, with requests under way. It outlives its session: what the
 * server has not acknowledged lies in memory, sixteen pieces at most and the one that is filled, and is sent again by `goOn`.
 */
export class TemporaryFile {
  readonly path: string
  readonly #pace: Pace | undefined
  readonly #size: number
  readonly #unacknowledged = new Map<number, Buffer>()
  #opened: Opened
  #piece: Buffer
  #filled = 0
  /** Bytes of the present `append` that are in a piece. */
  #taken = 0
  #sent = 0
  /** Where the acknowledged piece ends that reaches furthest. */
  #reached = 0
  /** The mode was changed so that the file could be opened again. */
  #writable = false
  /** A renaming was asked for; its answer may have been lost. */
  #moving = false

  private constructor(session: SftpSession, path: string, handle: Buffer, pace: Pace | undefined) {
    this.path = path
    this.#pace = pace
    this.#size = pace === undefined ? wholePiece : transferPiece
    this.#piece = Buffer.allocUnsafeSlow(this.#size)
    this.#opened = { session, handle, answers: [], failure: null }
  }

  /** Makes the folder where it is missing. */
  static async create(
    session: SftpSession,
    path: string,
    pace: Pace | undefined,
    signal: AbortSignal,
  ): Promise<TemporaryFile> {
    return new TemporaryFile(session, path, await openNew(session, path, signal), pace)
  }

  /** Bytes in memory: those that were not sent yet, or not acknowledged. */
  get held(): number {
    return this.#unacknowledged.values().reduce((sum, piece) => sum + piece.length, this.#filled)
  }

  get session(): SftpSession {
    return this.#opened.session
  }

  /**
   * The bytes belong to the caller again once the promise resolves. Throws what an earlier request failed of, too. Where the
   * session broke, `goOn` and the same bytes again make up for it.
   */
  async append(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    while (this.#taken < bytes.byteLength) {
      const some = bytes.subarray(this.#taken, this.#taken + this.#size - this.#filled)
      this.#piece.set(some, this.#filled)
      this.#filled += some.byteLength
      this.#taken += some.byteLength
      if (this.#filled === this.#size) await this.#sendPiece(signal)
    }
    this.#taken = 0
  }

  /** Durable under that name, where the server can make it so; returns the bytes written. After `goOn` it may be called again. */
  async moveTo(file: string, signal: AbortSignal): Promise<number> {
    if (this.#filled > 0) await this.#sendPiece(signal)
    const opened = this.#opened
    const { session, handle } = opened
    await Promise.all(opened.answers)
    if (opened.failure !== null) throw opened.failure.error
    opened.handle = null
    if (handle !== null) await Promise.all([session.syncFile(handle, signal), session.closed(handle, signal)])
    await this.#move(file, handle !== null, signal)
    await session.syncFolder(posix.dirname(file), signal)
    return this.#sent
  }

  /**
   * Opens the file again over a new session, and sends what the one before has not acknowledged. Throws `storage` where the
   * server has less than it acknowledged: what is missing is nowhere any more. Whether it has the same bytes is not looked at.
   */
  async goOn(session: SftpSession, signal: AbortSignal): Promise<void> {
    const handle = await this.#openAgain(session, signal)
    this.#opened = { session, handle, answers: [], failure: null }
    if (handle === null) return
    const { size } = await session.ask<{ size: number }>(signal, done => session.sftp.fstat(handle, done))
    if (size < this.#reached) throw uploadGone(session.location, this.path, this.#reached, size)
    for (const [position, piece] of [...this.#unacknowledged]) await this.#send(position, piece, signal)
  }

  /** Takes the file away, where the connection still stands; waits for nothing. */
  discard(): void {
    const { session, handle } = this.#opened
    if (handle !== null) session.close(handle)
    this.#opened.handle = null
    this.#unacknowledged.clear()
    session.quietly(done => session.sftp.unlink(this.path, done))
  }

  async #sendPiece(signal: AbortSignal): Promise<void> {
    const [position, piece] = [this.#sent, this.#piece.subarray(0, this.#filled)]
    this.#unacknowledged.set(position, piece)
    this.#piece = Buffer.allocUnsafeSlow(this.#size)
    this.#filled = 0
    this.#sent += piece.length
    await this.#send(position, piece, signal)
  }

  async #send(position: number, piece: Buffer, signal: AbortSignal): Promise<void> {
    const { session, handle, answers, failure } = this.#opened
    if (failure !== null) throw failure.error
    if (handle === null) throw uploadGone(session.location, this.path, this.#reached, null)
    await this.#pace?.('write', piece.length, signal)
    const { answer } = await session.piece<void>(signal, done =>
      session.sftp.write(handle, piece, 0, piece.length, position, error => done(error)),
    )
    answers.push(this.#acknowledged(this.#opened, position, piece.length, answer))
  }

  async #acknowledged(opened: Opened, position: number, length: number, answer: Promise<void>): Promise<void> {
    try {
      await answer
      this.#unacknowledged.delete(position)
      this.#reached = Math.max(this.#reached, position + length)
    } catch (error) {
      opened.failure ??= { error }
    }
  }

  /** Null where the file is gone and a renaming was asked for. */
  async #openAgain(session: SftpSession, signal: AbortSignal): Promise<Buffer | null> {
    try {
      return await this.#openWritable(session, signal)
    } catch (error) {
      if (statusOf(error) !== sftpStatus.noSuchFile) throw error
      if (this.#moving) return null
      throw uploadGone(session.location, this.path, this.#reached, null, error)
    }
  }

  async #openWritable(session: SftpSession, signal: AbortSignal): Promise<Buffer> {
    const open = () => session.open(this.path, 'r+', 0, signal)
    const handle = await open().catch(async (error: unknown) => {
      if (statusOf(error) !== sftpStatus.permissionDenied) throw error
      this.#writable = true
      await session.tell(signal, done => session.sftp.chmod(this.path, 0o600, done))
      return await open()
    })
    if (!this.#writable) return handle
    try {
      await session.tell(signal, done => session.sftp.fchmod(handle, readOnly, done))
      return handle
    } catch (error) {
      session.close(handle)
      throw error
    }
  }

  /** An earlier renaming whose answer was lost may have been done, or be done at any moment. */
  async #move(file: string, there: boolean, signal: AbortSignal): Promise<void> {
    const { session } = this.#opened
    const asked = this.#moving
    this.#moving = true
    const arrived = async () => asked && (await session.stat(file, signal))?.size === this.#sent
    if (!there) {
      if (!(await arrived())) throw uploadGone(session.location, this.path, this.#reached, null)
      return
    }
    try {
      await moveInto(session, this.path, file, signal)
    } catch (error) {
      if (statusOf(error) !== sftpStatus.noSuchFile || !(await arrived())) throw error
    }
  }
}

async function openNew(session: SftpSession, path: string, signal: AbortSignal): Promise<Buffer> {
  try {
    return await session.open(path, 'wx', readOnly, signal)
  } catch (error) {
    if (statusOf(error) !== sftpStatus.noSuchFile) throw error
    await makeFolder(session, posix.dirname(path), signal)
    return await session.open(path, 'wx', readOnly, signal)
  }
}
