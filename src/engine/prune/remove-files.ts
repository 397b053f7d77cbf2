import { atOnce } from '../browse/at-once.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'

/** Removes files, as many at a time as the storage is good for; stops before the next one where the lock is lost. */
export async function removeFiles(
  repository: Repository,
  kind: 'pack' | 'index' | 'snapshot',
  names: Iterable<string>,
  lock: RepositoryLock,
  onRemoved: (removed: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { backend } = repository
  // a machine that was paused may know nothing of it
  await lock.assertThere(signal)
  let removed = 0
  const remove = async (name: string): Promise<void> => {
    signal.throwIfAborted()
    await lock.assertHeld()
    await backend.remove(kind, name, signal)
  }
  for await (const _ of atOnce(names, backend.atOnce, remove)) {
    removed += 1
    onRemoved(removed)
  }
}
