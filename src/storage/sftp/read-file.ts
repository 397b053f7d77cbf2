import { BlackstartError } from '../../errors.ts'
import type { Range } from '../backend.ts'
import { type Pace, transferPiece } from '../transfer.ts'
import { sftpStatus, statusOf } from './sftp-failure.ts'
import type { SftpSession } from './sftp-session.ts'

/** Bytes that one request asks for: the most that OpenSSH gives at once. What a server gives less is asked for again. */
const wholePiece = 255 * 1024
/** Requests that one file has under way. */
const ahead = 16
/** What is asked for together with a file's size, so that a small file takes one answer less. */
const firstPiece = 32 * 1024

export interface RemoteFile {
  readonly session: SftpSession
  /** On the server. */
  readonly path: string
  /** In the repository, for errors: `data/ab/ab…`. */
  readonly file: string
  readonly pace: Pace | undefined
}

type Opened = RemoteFile & { readonly handle: Buffer }

/** The whole file, or exactly the range. Throws `not-found` and `integrity` as a backend's `read`; all else as ssh2 gives it. */
export async function readFile(remote: RemoteFile, range: Range | null, signal: AbortSignal): Promise<Uint8Array> {
  using opened = await openFile(remote, signal)
  if (range !== null) {
    if (range.length === 0) await requireBytes(opened, range.offset, signal)
    return await readInto(opened, Buffer.allocUnsafeSlow(range.length), 0, range.offset, signal)
  }
  const first = Buffer.allocUnsafe(firstPiece)
  const [size, got] = await Promise.all([sizeOf(opened, signal), ask(opened, first, 0, signal)])
  await remote.pace?.('read', got, signal)
  if (got >= size) return Buffer.from(first.subarray(0, size))
  const whole = Buffer.allocUnsafeSlow(size)
  first.copy(whole, 0, 0, got)
  return await readInto(opened, whole, got, 0, signal)
}

/** The file from byte `from` on; each piece is valid until the next is asked for. Throws as `readFile`. */
export async function* streamFile(remote: RemoteFile, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  using opened = await openFile(remote, signal)
  const size = await requireBytes(opened, from, signal)
  const ring: Buffer[] = []
  let next = 0
  const room = (_at: number, length: number) => {
    const turn = next++ % (ahead + 1)
    ring[turn] ??= Buffer.allocUnsafeSlow(pieceOf(remote))
    return ring[turn].subarray(0, length)
  }
  yield* pieces(opened, { offset: from, length: size - from }, room, signal)
}

/** Fills `into` from its byte `at` on; its first byte is byte `offset` of the file. */
async function readInto(
  opened: Opened,
  into: Buffer,
  at: number,
  offset: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const range = { offset: offset + at, length: into.length - at }
  const room = (from: number, length: number) => into.subarray(at + from, at + from + length)
  for await (const _ of pieces(opened, range, room, signal));
  return into
}

/** The range in pieces, with requests under way; `room` gives the memory for each, in order. */
async function* pieces(
  opened: Opened,
  { offset, length }: Range,
  room: (at: number, length: number) => Buffer,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const queue: Promise<Buffer>[] = []
  const size = pieceOf(opened)
  for (let asked = 0; ; ) {
    while (queue.length < ahead && asked < length) {
      const piece = fill(opened, room(asked, Math.min(size, length - asked)), offset + asked, offset + length, signal)
      piece.catch(() => undefined) // a failure is met when its turn comes
      queue.push(piece)
      asked += size
    }
    const next = queue.shift()
    if (next === undefined) return
    yield await next
  }
}

/** `expected` is where the caller believes that the file has bytes up to. */
async function fill(
  opened: Opened,
  into: Buffer,
  offset: number,
  expected: number,
  signal: AbortSignal,
): Promise<Buffer> {
  await opened.pace?.('read', into.length, signal)
  for (let filled = 0; filled < into.length; ) {
    const got = await ask(opened, into.subarray(filled), offset + filled, signal)
    if (got === 0) throw tooShort(opened, expected, offset + filled)
    filled += got
  }
  return into
}

/** Bytes got: 0 at the end of the file. */
async function ask({ session, handle }: Opened, into: Buffer, offset: number, signal: AbortSignal): Promise<number> {
  const { answer } = await session.piece<number>(signal, done =>
    session.sftp.read(handle, into, 0, into.length, offset, (error, count) => done(error, count)),
  )
  return await answer
}

async function sizeOf({ session, handle }: Opened, signal: AbortSignal): Promise<number> {
  const { size } = await session.ask<{ size: number }>(signal, done => session.sftp.fstat(handle, done))
  return size
}

/** The file's size, which must reach `least`. */
async function requireBytes(opened: Opened, least: number, signal: AbortSignal): Promise<number> {
  const size = await sizeOf(opened, signal)
  if (size < least) throw tooShort(opened, least, size)
  return size
}

async function openFile(remote: RemoteFile, signal: AbortSignal): Promise<Opened & Disposable> {
  const { session, path, file } = remote
  try {
    const handle = await session.open(path, 'r', 0, signal)
    return { ...remote, handle, [Symbol.dispose]: () => session.close(handle) }
  } catch (error) {
    if (statusOf(error) !== sftpStatus.noSuchFile) throw error
    throw new BlackstartError('not-found', `${session.location}: there is no file ${file}.`, {
      facts: { file },
      cause: error,
    })
  }
}

function pieceOf({ pace }: RemoteFile): number {
  return pace === undefined ? wholePiece : transferPiece
}

function tooShort({ session, file }: RemoteFile, expected: number, found: number): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${session.location}: ${file} is damaged: it ends after ${found} bytes where ${expected} were expected. Check the server's disk, and bring the file back from another copy.`,
    { facts: { file, expected, found } },
  )
}
