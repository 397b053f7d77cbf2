import type { Socket } from 'node:net'
import type { Client, SFTPWrapper, Stats } from 'ssh2'
import type { BlackstartError } from '../../errors.ts'
import { RequestSlots } from '../request-slots.ts'
import { openChannel } from './open-channel.ts'
import { connectionLost, sftpStatus, sshFailure, statusOf, wentSilent } from './sftp-failure.ts'
import { logIn, type SshLogin, type SshTarget } from './ssh-login.ts'

type Done<T> = (error: Error | null | undefined, value: T) => void

/** Milliseconds that a connection stays open without a request and without an open file. */
const keptOpen = 60_000
/** Milliseconds that a polite end may take. */
const patience = 1000
/** Pieces of files that are under way at a time, over all files: 4 MiB, twice what an SSH channel takes before it is acknowledged. */
const piecesAhead = 16

/**
 * One SFTP session. Requests may be asked at the same time; all fail when the connection breaks or goes silent. Once one of
 * them was given up the session is `over` for new work: it may be the connection that hangs. What is under way goes on.
 */
export class SftpSession {
  readonly location: string
  readonly sftp: SFTPWrapper
  readonly #client: Client
  readonly #socket: Socket
  readonly #pending = new Set<(reason: unknown) => void>()
  readonly #pieces = new RequestSlots(piecesAhead)
  readonly #idle: NodeJS.Timeout
  #ended: BlackstartError | null = null
  #retired = false
  #handles = 0
  /** Requests for nobody that are not answered. */
  #quiet = 0
  /** False once the server turned out not to know `fsync@openssh.com`, or not to open folders. */
  #syncs = { file: true, folder: true }

  private constructor({ location, idleTimeout }: SshTarget, { client, socket }: SshLogin, sftp: SFTPWrapper) {
    this.location = location
    this.sftp = sftp
    this.#client = client
    this.#socket = socket
    client.on('error', error => this.#end(sshFailure(location, 'ready', error)))
    client.on('close', () => this.#end(connectionLost(location, 'closed by the server')))
    sftp.on('error', (error: unknown) => this.#end(sshFailure(location, 'ready', error)))
    sftp.on('close', () => this.#end(connectionLost(location, 'the server ended the SFTP session')))
    socket.on('timeout', () => {
      if (this.#pending.size > 0) this.#end(wentSilent(location, idleTimeout))
    })
    this.#idle = setTimeout(() => this.#unused(), keptOpen).unref()
    socket.unref()
  }

  /** Connects, logs in and opens the session. Throws as `logIn`, or `storage` where the server has no SFTP for the user. */
  static async open(target: SshTarget, signal: AbortSignal): Promise<SftpSession> {
    const login = await logIn(target, signal)
    return new SftpSession(target, login, await openChannel(target, login, signal))
  }

  get over(): boolean {
    return this.#ended !== null || this.#retired
  }

  /** One request. Throws the server's status as ssh2 gives it (see `statusOf`), what ended the session, or the signal's reason. */
  async ask<T>(signal: AbortSignal, start: (done: Done<T>) => void): Promise<T> {
    signal.throwIfAborted()
    if (this.#ended !== null) throw this.#ended
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const abort = () => {
      this.#retired = true
      reject(signal.reason)
    }
    if (this.#pending.size === 0) this.#socket.ref()
    this.#pending.add(reject)
    signal.addEventListener('abort', abort)
    try {
      start((error, value) => (error ? reject(error) : resolve(value)))
      return await promise
    } finally {
      signal.removeEventListener('abort', abort)
      this.#pending.delete(reject)
      if (this.#pending.size === 0) this.#socket.unref()
      this.#idle.refresh()
      if (this.#retired) setImmediate(() => this.#leave())
    }
  }

  /** As `ask`, for requests without a result. */
  async tell(signal: AbortSignal, start: (done: (error?: Error | null) => void) => void): Promise<void> {
    await this.ask<null>(signal, done => start(error => done(error, null)))
  }

  /** A request for nobody: nothing waits for it, nothing hears of its failure. */
  quietly(start: (done: () => void) => void): void {
    if (this.#ended !== null) return
    this.#quiet += 1
    start(() => {
      this.#quiet -= 1
      this.#leave()
    })
  }

  /** A request that moves a piece of a file. Resolves when it is under way, as not too many are at a time; rejects where the session has ended. */
  async piece<T>(signal: AbortSignal, start: (done: Done<T>) => void): Promise<{ readonly answer: Promise<T> }> {
    const slot = await this.#pieces.take(signal)
    if (this.#ended !== null) {
      slot[Symbol.dispose]() // the next one in the queue is to hear of it, too
      throw this.#ended
    }
    return { answer: this.ask(signal, start).finally(() => slot[Symbol.dispose]()) }
  }

  /** A handle that `close` gives back; where the signal aborts first, it is given back by itself. */
  open(path: string, flags: 'r' | 'r+' | 'wx', mode: number, signal: AbortSignal): Promise<Buffer> {
    return this.#opened(signal, done => this.sftp.open(path, flags, { mode }, done))
  }

  openFolder(path: string, signal: AbortSignal): Promise<Buffer> {
    return this.#opened(signal, done => this.sftp.opendir(path, done))
  }

  close(handle: Buffer): void {
    this.#handles -= 1
    this.quietly(done => this.sftp.close(handle, done))
  }

  /** As `close`, for a file that was written: resolves when the server has closed it. */
  async closed(handle: Buffer, signal: AbortSignal): Promise<void> {
    this.#handles -= 1
    await this.tell(signal, done => this.sftp.close(handle, done))
  }

  #opened(signal: AbortSignal, start: (done: Done<Buffer>) => void): Promise<Buffer> {
    return this.ask<Buffer>(signal, done =>
      start((error, handle) => {
        if (!error) this.#handles += 1
        if (!error && signal.aborted) this.close(handle)
        done(error, handle)
      }),
    )
  }

  /** Null where there is nothing. */
  async stat(path: string, signal: AbortSignal): Promise<Stats | null> {
    try {
      return await this.ask<Stats>(signal, done => this.sftp.stat(path, done))
    } catch (error) {
      if (statusOf(error) === sftpStatus.noSuchFile) return null
      throw error
    }
  }

  /** Makes a file's content survive a power cut of the server, where the server knows how (OpenSSH does). */
  async syncFile(handle: Buffer, signal: AbortSignal): Promise<void> {
    if (!this.#syncs.file) return
    try {
      await this.tell(signal, done => this.sftp.ext_openssh_fsync(handle, done))
    } catch (error) {
      if (!isUnsupported(error)) throw error
      this.#syncs.file = false
    }
  }

  /** The same for the names in a folder: OpenSSH on Unix lets a folder be opened and synced like a file. */
  async syncFolder(folder: string, signal: AbortSignal): Promise<void> {
    if (!this.#syncs.file || !this.#syncs.folder) return
    const handle = await this.#syncable(folder, signal)
    if (handle === null) return
    try {
      await this.syncFile(handle, signal)
    } catch (error) {
      if (statusOf(error) === null || statusOf(error) === sftpStatus.failure) throw error
      this.#syncs.folder = false
    } finally {
      this.close(handle)
    }
  }

  /** Null where the server opens no folders like files. */
  async #syncable(folder: string, signal: AbortSignal): Promise<Buffer | null> {
    try {
      return await this.open(folder, 'r', 0, signal)
    } catch (error) {
      if (statusOf(error) === null || statusOf(error) === sftpStatus.noSuchFile) throw error
      this.#syncs.folder = false
      return null
    }
  }

  /** Ends the session, and waits briefly until the server has let go of it. */
  async end(): Promise<void> {
    if (this.#socket.destroyed) return
    const closed = new Promise(resolve => this.#socket.once('close', resolve)) // also where it breaks at the goodbye
    this.#bye()
    // requests that are still answered let go of the socket: this keeps the process running
    const last = setTimeout(() => this.#socket.destroy(), patience)
    await closed
    clearTimeout(last)
  }

  /** Ends a session that takes no new work once the old is done. */
  #leave(): void {
    if (this.#retired && this.#pending.size + this.#handles + this.#quiet === 0) this.#bye()
  }

  #unused(): void {
    if (this.#pending.size + this.#handles > 0) this.#idle.refresh()
    else this.#bye()
  }

  #bye(): void {
    if (this.#ended !== null) return
    this.#ended = connectionLost(this.location, 'ended by us')
    clearTimeout(this.#idle)
    this.#client.end()
    setTimeout(() => this.#socket.destroy(), patience).unref()
  }

  #end(reason: BlackstartError): void {
    this.#ended ??= reason
    clearTimeout(this.#idle)
    this.#socket.destroy()
    for (const reject of this.#pending) reject(this.#ended)
  }
}

/** ssh2 throws where the server has not offered an extension. */
export function isUnsupported(error: unknown): boolean {
  return (
    statusOf(error) === sftpStatus.unsupported ||
    (error instanceof Error && error.message === 'Server does not support this extended request')
  )
}
