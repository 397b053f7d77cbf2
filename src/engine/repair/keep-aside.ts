import { type FileHandle, mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, isUnreadable, reasonOf, systemCode } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { isDamage } from '../check/problem.ts'

/**
 * Copies a damaged file of a repository, as far as it can be read, into a folder of this machine, durably. What was kept there
 * before stays: another file of that name gets a number. A file that is missing is not kept.
 */
export async function keepAside(
  backend: Backend,
  kind: FileKind,
  name: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await backend.stat(kind, name, signal)) === null) return
  const file = path.join(folder, layoutPath(kind, name).replaceAll('/', '-'))
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await using handle = await openNew(file)
    await copyReadable(backend, kind, name, bytes => handle.writeFile(bytes), signal)
    await handle.sync()
  } catch (error) {
    if (error instanceof BlackstartError || signal.aborted) throw error
    const message = `${file} cannot be written: ${reasonOf(error)}. The damaged file it was to keep was not touched.`
    throw new BlackstartError('storage', message, { facts: { file }, cause: error })
  }
}

/** Under the first name that nothing has: `FILE`, `FILE-2` … */
async function openNew(file: string): Promise<FileHandle> {
  for (let number = 1; ; number += 1) {
    try {
      return await open(number === 1 ? file : `${file}-${number}`, 'wx', 0o600)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
}

/** Bytes of which zeros are kept where the disk cannot read them. */
const block = 4096

async function copyReadable(
  backend: Backend,
  kind: FileKind,
  name: string,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let at = 0
  try {
    for await (const piece of backend.stream(kind, name, 0, signal)) {
      await write(piece)
      at += piece.byteLength
    }
  } catch (error) {
    if (!isDamage(error)) throw error // a file that is missing, or ends early, is kept as far as it goes
    if (isUnreadable(error)) await copyBlocks(backend, kind, name, at, write, signal)
  }
}

/** Around what cannot be read. */
async function copyBlocks(
  backend: Backend,
  kind: FileKind,
  name: string,
  from: number,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const size = (await backend.stat(kind, name, signal))?.bytes ?? 0
  for (let offset = from; offset < size; offset += block) {
    const length = Math.min(block, size - offset)
    try {
      await write(await backend.read(kind, name, { offset, length }, signal))
    } catch (error) {
      if (!isDamage(error)) throw error
      await write(Buffer.alloc(length))
    }
  }
}
