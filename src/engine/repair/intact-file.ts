import { createHash } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { isDamage } from '../check/problem.ts'
import { sha256 } from '../crypto/sha256.ts'

/** Whether a file is there, and its content what its name says. For all but `config`, whose name says nothing. */
export async function isIntact(backend: Backend, kind: FileKind, name: string, signal: AbortSignal): Promise<boolean> {
  const hash = createHash('sha256')
  try {
    for await (const piece of backend.stream(kind, name, 0, signal)) hash.update(piece)
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
  return hash.digest('hex') === name
}

/** The file's content where it is what its name says; else null. */
export async function intactFile(
  backend: Backend,
  kind: FileKind,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  try {
    const bytes = await backend.read(kind, name, null, signal)
    return sha256(bytes) === name ? bytes : null
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

/** Puts content that was verified in the place of a damaged or missing file, and reads it back. */
export async function replaceFile(
  backend: Backend,
  kind: Exclude<FileKind, 'config'>,
  name: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  await backend.write(kind, name, [bytes], signal)
  if (await isIntact(backend, kind, name, signal)) return
  // storage that takes a file which is there for written
  await backend.remove(kind, name, signal)
  await backend.write(kind, name, [bytes], signal)
  if (!(await isIntact(backend, kind, name, signal))) throw notReplaced(backend, kind, name)
}

/** The same for a pack, piece by piece, out of a copy of the repository; false, and nothing changed, where that is damaged or missing, too. */
export async function replacePack(
  backend: Backend,
  copy: Backend,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await uploadIntact(backend, copy, name, signal))) return false
  if (await isIntact(backend, 'pack', name, signal)) return true
  await backend.remove('pack', name, signal)
  if (await uploadIntact(backend, copy, name, signal)) if (await isIntact(backend, 'pack', name, signal)) return true
  throw notReplaced(backend, 'pack', name)
}

/** The copy is verified on the way; what does not match never gets the name. */
async function uploadIntact(backend: Backend, copy: Backend, name: string, signal: AbortSignal): Promise<boolean> {
  const upload = await backend.upload('pack', signal)
  try {
    const hash = createHash('sha256')
    for await (const piece of copy.stream('pack', name, 0, signal)) {
      hash.update(piece)
      await upload.append(piece)
    }
    if (hash.digest('hex') !== name) return false
    await upload.finish(name)
    return true
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  } finally {
    await upload.discard()
  }
}

function notReplaced(backend: Backend, kind: FileKind, name: string): BlackstartError {
  const file = layoutPath(kind, name)
  return new BlackstartError(
    'integrity',
    `${backend.location}: ${file} was written anew, and what was read back is something else. Have the disk, its controller and cable, and the memory of this machine tested.`,
    { facts: { file, kind, name } },
  )
}
