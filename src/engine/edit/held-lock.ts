import { BlackstartError } from '../../errors.ts'
import type { LockMode, RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'

/** The lock that the repository is held with. Throws `internal` where there is none, or a shared one and all is asked for. */
export function heldLock(repository: Repository, mode: LockMode): RepositoryLock {
  const lock = repository.heldLock
  if (lock !== null && (mode === 'shared' || lock.mode === mode)) return lock
  throw new BlackstartError(
    'internal',
    `A repository was to be changed that is not locked${mode === 'exclusive' ? ' exclusively' : ''}.`,
  )
}
