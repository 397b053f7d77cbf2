import { BlackstartError, systemCode } from '../../errors.ts'

/** What could not be done with an entry, to end the sentence "it could not be …". */
export type EntryAction = 'restored' | 'taken away'

/** An error of the system in words; any other as it is. */
export function refined(path: string, error: unknown, action: EntryAction): unknown {
  const system = systemCode(error)
  if (error instanceof BlackstartError || system === null || !(error instanceof Error)) return error
  if (error.name === 'AbortError') return error
  const code = system === 'ENOSPC' || system === 'EDQUOT' ? 'disk-full' : 'storage'
  return new BlackstartError(code, `${path} could not be ${action}: ${error.message}`, {
    facts: { path, system },
    cause: error,
  })
}

/** True for what is the trouble of one entry; all else (the repository's storage, a lost lock, the signal) ends the restore. */
export function isOfEntry(error: unknown): boolean {
  if (error instanceof BlackstartError) return error.code === 'integrity' || error.code === 'unsupported'
  return systemCode(error) !== null && !(error instanceof Error && error.name === 'AbortError')
}
