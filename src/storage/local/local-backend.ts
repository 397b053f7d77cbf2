import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'
import type { Backend, FileKind, Range, StoredFile, Upload } from '../backend.ts'
import { folderOf, layoutPath } from '../layout.ts'
import { removeLeftovers, temporaryMark } from './leftovers.ts'

const named = /^[0-9a-f]{64}$/
const kinds: readonly FileKind[] = ['key', 'lock', 'snapshot', 'index', 'pack']

/** A repository in a folder of this machine, laid out as restic's `local` does (layout `default`, files 0400, folders 0700). */
export function localBackend(folder: string): Backend {
  const root = path.resolve(folder)
  const place = (kind: FileKind, name: string): string => path.join(root, layoutPath(kind, name))
  // Once for each backend object, before its first pack is written.
  let cleaned: Promise<void> | null = null
  const clean = (): Promise<void> => {
    cleaned ??= removeLeftovers(root, Date.now())
    return cleaned
  }

  return {
    location: root,
    atOnce: 2,
    holdsUploads: false,
    create: signal => guarded(root, 'prepared', () => prepare(root, signal)),
    list: (kind, signal) => listFiles(root, kind, signal),
    async stat(kind, name, signal) {
      signal.throwIfAborted()
      const found = await statOrNull(place(kind, name))
      return found?.isFile() ? { name, bytes: found.size } : null
    },
    async read(kind, name, range, signal) {
      signal.throwIfAborted()
      const file = layoutPath(kind, name)
      return await guarded(root, `read (${file})`, () => readWhole(root, file, range))
    },
    stream: (kind, name, from, signal) => streamFile(root, layoutPath(kind, name), from, signal),
    async write(kind, name, parts, signal) {
      signal.throwIfAborted()
      if (kind === 'pack') await clean()
      return await guarded(root, `written (${layoutPath(kind, name)})`, async () => {
        const file = place(kind, name)
        const temporary = await TemporaryFile.create(`${file}${temporaryMark}`)
        await temporary.guard(() => temporary.writeAll(parts))
        return { name, bytes: await temporary.moveTo(file) }
      })
    },
    async upload(kind, signal) {
      signal.throwIfAborted()
      if (kind === 'pack') await clean()
      return await guarded(root, 'written', async () => {
        const temporary = await TemporaryFile.create(path.join(root, folderOf(kind) ?? '', `upload${temporaryMark}`))
        return uploadOf(root, temporary, name => place(kind, name), signal)
      })
    },
    async remove(kind, name, signal) {
      signal.throwIfAborted()
      const file = place(kind, name)
      await guarded(root, `changed (${layoutPath(kind, name)})`, async () => {
        if ((await statOrNull(file)) === null) return
        await rm(file, { force: true })
        await syncFolder(path.dirname(file))
      })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function prepare(root: string, signal: AbortSignal): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  for (const kind of kinds) await mkdir(path.join(root, folderOf(kind) ?? ''), { recursive: true, mode: 0o700 })
  const data = path.join(root, 'data')
  for (let prefix = 0; prefix < 256; prefix += 1) {
    signal.throwIfAborted()
    await mkdir(path.join(data, prefix.toString(16).padStart(2, '0')), { recursive: true, mode: 0o700 })
  }
  for (const synced of [data, root, path.dirname(root)]) await syncFolder(synced)
}

async function* listFiles(root: string, kind: FileKind, signal: AbortSignal): AsyncGenerator<StoredFile> {
  const folder = folderOf(kind)
  if (folder === null) {
    const config = await guarded(root, 'listed', () => statOrNull(path.join(root, 'config')))
    if (config?.isFile()) yield { name: 'config', bytes: config.size }
    return
  }
  const folders = kind === 'pack' ? await packFolders(root) : [path.join(root, folder)]
  for (const each of folders) {
    signal.throwIfAborted()
    const names = await guarded(root, 'listed', () => namesIn(each))
    for (const name of names.filter(name => named.test(name))) {
      // A file may go away between the listing and here: another process removed it.
      const found = await guarded(root, 'listed', () => statOrNull(path.join(each, name)))
      if (found?.isFile()) yield { name, bytes: found.size }
    }
  }
}

async function packFolders(root: string): Promise<string[]> {
  const data = path.join(root, 'data')
  const names = await guarded(root, 'listed', () => namesIn(data))
  return names.filter(name => /^[0-9a-f]{2}$/.test(name)).map(name => path.join(data, name))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

async function statOrNull(file: string): Promise<Stats | null> {
  try {
    return await stat(file)
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null
    throw error
  }
}

async function readWhole(root: string, file: string, range: Range | null): Promise<Uint8Array> {
  await using handle = await openOr(root, file)
  const length = range?.length ?? (await handle.stat()).size
  const offset = range?.offset ?? 0
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) throw tooShort(root, file, offset + length, offset + filled)
    filled += bytesRead
  }
  return bytes
}

const streamPiece = 1024 * 1024

async function* streamFile(root: string, file: string, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  await using handle = await guarded(root, `read (${file})`, () => openOr(root, file))
  const piece = Buffer.allocUnsafeSlow(streamPiece)
  for (let at = from; ; ) {
    signal.throwIfAborted()
    const { bytesRead } = await guarded(root, `read (${file})`, () => handle.read(piece, 0, streamPiece, at))
    if (bytesRead === 0) return
    at += bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

async function openOr(root: string, file: string): Promise<FileHandle> {
  try {
    return await open(path.join(root, file), 'r')
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error
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

/** Temporary name, fsync, rename, fsync of the folder: afterwards the file is whole, or it is not there. */
class TemporaryFile {
  readonly #path: string
  readonly #handle: FileHandle
  #bytes = 0

  private constructor(file: string, handle: FileHandle) {
    this.#path = file
    this.#handle = handle
  }

  /** `beginning` is that of its path; a random word is added. */
  static async create(beginning: string): Promise<TemporaryFile> {
    const file = `${beginning}${randomBytes(6).toString('hex')}`
    return new TemporaryFile(file, await createIn(file))
  }

  async writeAll(parts: readonly Uint8Array[]): Promise<void> {
    // writev takes a limited number of buffers, and may write less than it was given.
    for (let first = 0; first < parts.length; first += 512) {
      const some = parts.slice(first, first + 512)
      const total = some.reduce((sum, part) => sum + part.byteLength, 0)
      const { bytesWritten } = await this.#handle.writev(some)
      if (bytesWritten < total) await this.#handle.writeFile(Buffer.concat(some).subarray(bytesWritten))
      this.#bytes += total
    }
  }

  /** Durable under that name; returns the bytes written. On an error the temporary file is gone. */
  async moveTo(file: string): Promise<number> {
    await this.guard(async () => {
      await this.#handle.chmod(0o400)
      await this.#handle.sync()
      await this.#handle.close()
      await renameInto(this.#path, file)
    })
    await syncFolder(path.dirname(file))
    return this.#bytes
  }

  /** Runs an action, and removes the file when it fails. */
  async guard(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      await this.remove()
      throw error
    }
  }

  async remove(): Promise<void> {
    await this.#handle.close()
    await rm(this.#path, { force: true })
  }
}

function uploadOf(
  root: string,
  temporary: TemporaryFile,
  place: (name: string) => string,
  signal: AbortSignal,
): Upload {
  let open = true
  return {
    append: bytes =>
      guarded(root, 'written', async () => {
        signal.throwIfAborted()
        await temporary.writeAll([bytes])
      }),
    finish: name =>
      guarded(root, `written (${name})`, async () => {
        signal.throwIfAborted()
        open = false
        return { name, bytes: await temporary.moveTo(place(name)) }
      }),
    async discard() {
      if (!open) return
      open = false
      await temporary.remove().catch(() => undefined) // what stays is removed as a leftover an hour later
    },
  }
}

/** Makes the folder where it is missing. */
async function renameInto(temporary: string, file: string): Promise<void> {
  try {
    await rename(temporary, file)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    await makeMissing(path.dirname(file))
    await rename(temporary, file)
  }
}

async function createIn(temporary: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', 0o600)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    await makeMissing(path.dirname(temporary))
    return await open(temporary, 'wx', 0o600)
  }
}

async function makeMissing(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncFolder(path.dirname(folder))
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there
  await using handle = await open(folder, 'r')
  await handle.sync()
}

async function guarded<Result>(root: string, what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof BlackstartError) throw error
    const system = systemCode(error)
    if (error instanceof Error && error.name === 'AbortError') throw error
    const facts = { location: root, system }
    if (system === 'ENOSPC' || system === 'EDQUOT') {
      throw new BlackstartError('disk-full', `${root}: no space is left on the disk. Make room and run again.`, {
        facts,
        cause: error,
      })
    }
    throw new BlackstartError('storage', `${root} cannot be ${what}: ${reasonOf(error)}`, { facts, cause: error })
  }
}
