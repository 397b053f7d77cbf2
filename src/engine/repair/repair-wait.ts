import type { LockWait } from '../lock/repository-lock.ts'

/** How long a repair waits for others that use the repository. */
export const repairWait: LockWait = { atMost: 10 * 60_000 }
