import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'

/** What a file system on a network, or a machine under load, may say and take back a moment later. */
const passing = new Set([
  ...['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ESTALE', 'ETIMEDOUT'],
  ...['EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH', 'ENOTCONN'],
])

/**
 * Runs an action on the file system and turns what the system says into a sentence "ROOT cannot be WHAT: …". Rejects with the signal's
 * reason as soon as that is aborted, also while the system hangs: what the action still does then must do no harm.
 */
export async function guarded<Result>(
  root: string,
  what: string,
  signal: AbortSignal,
  action: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => reject(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([action(), aborted])
  } catch (error) {
    throw signal.aborted ? signal.reason : explained(root, what, error)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function explained(root: string, what: string, error: unknown): BlackstartError {
  if (error instanceof BlackstartError) return error
  const system = systemCode(error)
  const facts = { location: root, system }
  if (system === 'ENOSPC' || system === 'EDQUOT') {
    const sentence = `${root}: no space is left on the disk. Make room and run again.`
    return new BlackstartError('disk-full', sentence, { facts, cause: error })
  }
  return new BlackstartError('storage', `${root} cannot be ${what}: ${reasonOf(error)}`, {
    facts,
    retry: passing.has(system ?? ''),
    cause: error,
  })
}
