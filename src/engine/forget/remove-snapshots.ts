import { BlackstartError } from '../../errors.ts'
import { atOnce } from '../browse/at-once.ts'
import type { Repository } from '../repository.ts'

/**
 * Removes snapshots; what they alone refer to is left for prune. The repository must be locked exclusively. Stops at the
 * first failure: what was removed until then stays removed.
 */
export async function removeSnapshots(
  repository: Repository,
  ids: readonly string[],
  onProgress: (removed: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { backend, heldLock } = repository
  if (heldLock?.mode !== 'exclusive') {
    throw new BlackstartError(
      'internal',
      'Snapshots were to be removed from a repository that is not locked exclusively.',
    )
  }
  const end = AbortSignal.any([signal, heldLock.lost])
  let removed = 0
  const remove = async (id: string) => {
    end.throwIfAborted()
    await backend.remove('snapshot', id, end)
  }
  for await (const _ of atOnce(ids, backend.atOnce, remove)) {
    removed += 1
    onProgress(removed)
  }
}
