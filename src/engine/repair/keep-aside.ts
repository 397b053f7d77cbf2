import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { isDamage } from '../check/problem.ts'

/** Copies a damaged file of a repository, as far as it can be read, into a folder of this machine, durably. */
export async function keepAside(
  backend: Backend,
  kind: FileKind,
  name: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const file = path.join(folder, layoutPath(kind, name).replaceAll('/', '-'))
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await using handle = await open(file, 'w', 0o600)
    await copyReadable(backend, kind, name, bytes => handle.writeFile(bytes), signal)
    await handle.sync()
  } catch (error) {
    if (error instanceof BlackstartError || signal.aborted) throw error
    const message = `${file} cannot be written: ${reasonOf(error)}. The damaged file it was to keep was not touched.`
    throw new BlackstartError('storage', message, { facts: { file }, cause: error })
  }
}

async function copyReadable(
  backend: Backend,
  kind: FileKind,
  name: string,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const piece of backend.stream(kind, name, 0, signal)) await write(piece)
  } catch (error) {
    if (!isDamage(error)) throw error // a file that is missing, or ends early, is kept as far as it goes
  }
}
