import { atOnce } from '../browse/at-once.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'

/**
 * Removes snapshots; what they alone refer to is left for prune. `lock` is an exclusive one. Stops at the
 * first failure: what was removed until then stays removed.
 */
export async function removeSnapshots(
  repository: Repository,
  lock: RepositoryLock,
  ids: readonly string[],
  onProgress: (removed: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { backend } = repository
  lock.demand('exclusive')
  const end = AbortSignal.any([signal, lock.lost])
  let removed = 0
  const remove = async (id: string) => {
    await lock.assertHeld()
    await backend.remove('snapshot', id, end)
  }
  for await (const _ of atOnce(ids, backend.atOnce, remove)) {
    removed += 1
    onProgress(removed)
  }
}
