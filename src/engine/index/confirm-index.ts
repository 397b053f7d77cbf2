import { BlackstartError } from '../../errors.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import type { BlobIndex } from './blob-index.ts'

/** True for the error of a writer whose lock came too late: another pruned after the index was read. Nothing of it counts. */
export function isPrunedMeanwhile(error: unknown): boolean {
  return error instanceof BlackstartError && error.facts.prunedMeanwhile === true
}

/** The index was read before the lock was sure: who pruned until then did not see the lock, and has taken index files away. */
export async function confirmIndex(
  repository: Repository,
  lock: RepositoryLock,
  index: BlobIndex,
  signal: AbortSignal,
): Promise<void> {
  await lock.settled
  if ((await repository.refresh(signal)) === index) return
  const message = `${repository.backend.location}: another program pruned while this one began. Run it again.`
  throw new BlackstartError('locked', message, { retry: true, facts: { prunedMeanwhile: true } })
}
