import { readBack } from '../read-back.ts'
import type { Repository } from '../repository.ts'
import { encodeSnapshot, type Snapshot } from '../snapshot/snapshot.ts'
import { sealUnpacked } from '../unpacked.ts'
import { heldLock } from './held-lock.ts'

/** Writes a snapshot whose tree the repository has already, reads it back, and returns its id. The repository must be locked. */
export async function saveSnapshot(
  repository: Repository,
  fields: Omit<Snapshot, 'id'>,
  signal: AbortSignal,
): Promise<string> {
  const { backend, key } = repository
  const end = AbortSignal.any([signal, heldLock(repository, 'shared').lost])
  end.throwIfAborted()
  const { name, bytes } = sealUnpacked(key, encodeSnapshot(fields))
  await backend.write('snapshot', name, [bytes], end)
  await readBack(backend, 'snapshot', name, end)
  return name
}

/** Writes what takes the place of a snapshot, and then removes that. The repository must be locked exclusively. */
export async function replaceSnapshot(
  repository: Repository,
  { id, ...before }: Snapshot,
  changes: Partial<Snapshot>,
  signal: AbortSignal,
): Promise<string> {
  const lock = heldLock(repository, 'exclusive')
  const after = await saveSnapshot(repository, { ...before, ...changes }, signal)
  await lock.assertHeld()
  if (after !== id) await repository.backend.remove('snapshot', id, AbortSignal.any([signal, lock.lost]))
  return after
}
