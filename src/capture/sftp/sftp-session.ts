import type { Callback, FileEntryWithStats, InputAttributes, SFTPWrapper, Stats } from 'ssh2'
import { BlackstartError, reasonOf } from '../../errors.ts'
import type { Target } from '../connector.ts'
import { connectSsh, type SshConnection, type SshOptions } from '../ssh/connect-ssh.ts'
import { sftpStatus, statusOf } from './sftp-failure.ts'

/** One SFTP session as promises. Each ends when the connection does; a device that goes silent ends it. */
export interface SftpSession extends AsyncDisposable {
  readonly device: string
  list(folder: string): Promise<FileEntryWithStats[]>
  /** Of the link itself, where there is one; null where there is nothing. */
  lstat(path: string): Promise<Stats | null>
  /** Of what a link leads to; null where there is nothing. */
  stat(path: string): Promise<Stats | null>
  readlink(path: string): Promise<string>
  open(path: string, mode: 'r' | 'w'): Promise<Buffer>
  fstat(handle: Buffer): Promise<Stats>
  close(handle: Buffer): Promise<void>
  /** Up to `length` bytes; fewer when the device gives fewer, none at the end of the file. */
  read(handle: Buffer, position: number, length: number): Promise<Buffer>
  write(handle: Buffer, data: Uint8Array, position: number): Promise<void>
  setstat(path: string, attributes: InputAttributes): Promise<void>
  /** Makes the content durable where the device knows how. */
  fsync(handle: Buffer): Promise<void>
  mkdir(path: string): Promise<void>
  unlink(path: string): Promise<void>
  symlink(target: string, path: string): Promise<void>
  /** Replaces what is at `to` in one step. Throws where the device does not know how. */
  replace(from: string, to: string): Promise<void>
  rename(from: string, to: string): Promise<void>
}

type Call = <T>(start: (done: (error: Error | null | undefined, value: T) => void) => void) => Promise<T>

/** Connects, logs in and opens the SFTP session. */
export async function openSftp(target: Target<SshOptions>, signal: AbortSignal): Promise<SftpSession> {
  const connection = await connectSsh(target, target.options, signal)
  try {
    const closed = new AbortController()
    const ended = AbortSignal.any([connection.ended, closed.signal])
    const call = callsUntil(ended, connection, closed, target)
    const sftp = await channel(target, connection, call)
    sftp.on('close', () => closed.abort(sessionLost(target, connection)))
    sftp.on('error', (error: unknown) => closed.abort(connection.failure(error)))
    return session(connection, sftp, call)
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
}

/** Turns a call of ssh2 into a promise that also ends with the connection, or when the device is silent for too long. */
function callsUntil(
  ended: AbortSignal,
  connection: SshConnection,
  closed: AbortController,
  target: Target<SshOptions>,
): Call {
  let pending = 0
  connection.socket.setTimeout(target.timeouts.idle, () => {
    if (pending > 0) closed.abort(silent(target, connection))
  })
  return async start => {
    ended.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<Parameters<typeof start>[0]>[1]>()
    const over = () => reject(ended.reason)
    ended.addEventListener('abort', over)
    pending += 1
    try {
      start((error, value) => {
        if (error) reject(statusOf(error) === null ? connection.failure(error) : error)
        else resolve(value)
      })
      return await promise
    } finally {
      pending -= 1
      ended.removeEventListener('abort', over)
    }
  }
}

async function channel({ item }: Target<SshOptions>, connection: SshConnection, call: Call): Promise<SFTPWrapper> {
  try {
    return await call<SFTPWrapper>(done => connection.client.sftp(done))
  } catch (error) {
    if (connection.ended.aborted) throw error
    throw new BlackstartError(
      'unsupported',
      `${item}: ${connection.device} let us in but opened no SFTP session (${reasonOf(error instanceof BlackstartError ? error.cause : error)}). Switch SFTP on, for this user, on the device.`,
      { cause: error },
    )
  }
}

function session(connection: SshConnection, sftp: SFTPWrapper, call: Call): SftpSession {
  const plain = (start: (callback: Callback) => void) => call<undefined>(done => start(error => done(error, undefined)))
  const found = async (start: Parameters<typeof call<Stats>>[0]) => {
    try {
      return await call<Stats>(start)
    } catch (error) {
      if (statusOf(error) === sftpStatus.noSuchFile) return null
      throw error
    }
  }
  return {
    device: connection.device,
    list: folder => call(done => sftp.readdir(folder, done)),
    lstat: path => found(done => sftp.lstat(path, done)),
    stat: path => found(done => sftp.stat(path, done)),
    readlink: path => call(done => sftp.readlink(path, done)),
    open: (path, mode) => call(done => sftp.open(path, mode, done)),
    fstat: handle => call(done => sftp.fstat(handle, done)),
    close: handle => plain(done => sftp.close(handle, done)),
    read: (handle, position, length) =>
      call(done => {
        const into = Buffer.allocUnsafe(length)
        sftp.read(handle, into, 0, length, position, (error, count) => done(error, into.subarray(0, count)))
      }),
    write: (handle, data, position) =>
      plain(done =>
        sftp.write(handle, Buffer.from(data.buffer, data.byteOffset, data.length), 0, data.length, position, done),
      ),
    setstat: (path, attributes) => plain(done => sftp.setstat(path, attributes, done)),
    fsync: handle => plain(done => sftp.ext_openssh_fsync(handle, done)),
    mkdir: path => plain(done => sftp.mkdir(path, done)),
    unlink: path => plain(done => sftp.unlink(path, done)),
    symlink: (target, path) => plain(done => sftp.symlink(target, path, done)),
    replace: (from, to) => plain(done => sftp.ext_openssh_rename(from, to, done)),
    rename: (from, to) => plain(done => sftp.rename(from, to, done)),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  }
}

function silent({ item, timeouts }: Target<SshOptions>, { device }: SshConnection): BlackstartError {
  return new BlackstartError(
    'timeout',
    `${item}: ${device} went silent for ${timeouts.idle / 1000} s in the middle of the work. Check the network, and whether the device is overloaded.`,
    { retry: true, facts: { device } },
  )
}

function sessionLost({ item }: Target<SshOptions>, { device }: SshConnection): BlackstartError {
  return new BlackstartError(
    'connection-lost',
    `${item}: ${device} ended the SFTP session in the middle of the work. Check whether the device restarted.`,
    { retry: true, facts: { device } },
  )
}
