import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import { encodeSnapshot, type Snapshot } from '../snapshot/snapshot.ts'
import { sealUnpacked } from '../unpacked.ts'
import { writeUnderLock } from '../write-under-lock.ts'

/** Writes a snapshot whose tree the repository has already, reads it back, and returns its id. `lock` is a shared one at least. */
export async function saveSnapshot(
  repository: Repository,
  lock: RepositoryLock,
  fields: Omit<Snapshot, 'id'>,
  signal: AbortSignal,
): Promise<string> {
  lock.demand('shared')
  const file = sealUnpacked(repository.key, encodeSnapshot(fields))
  await writeUnderLock(repository, lock, 'snapshot', [file], signal)
  return file.name
}

/** Writes what takes the place of a snapshot, and then removes that. `lock` is an exclusive one. */
export async function replaceSnapshot(
  repository: Repository,
  lock: RepositoryLock,
  { id, ...before }: Snapshot,
  changes: Partial<Snapshot>,
  signal: AbortSignal,
): Promise<string> {
  lock.demand('exclusive')
  const after = await saveSnapshot(repository, lock, { ...before, ...changes }, signal)
  await lock.assertHeld()
  if (after !== id) await repository.backend.remove('snapshot', id, AbortSignal.any([signal, lock.lost]))
  return after
}
