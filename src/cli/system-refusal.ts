import { BlackstartError, type ErrorCode, reasonOf, systemCode, systemWords } from '../errors.ts'

const refusals: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'storage',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  ENOTDIR: 'storage',
}

/** What the system refused wherever a command touched the disk: the user's to mend, not a mistake of ours. Null for all else. */
export function systemRefusal(error: unknown): BlackstartError | null {
  const system = systemCode(error) ?? ''
  const code = refusals[system]
  if (code === undefined || !(error instanceof Error) || !('path' in error)) return null
  return new BlackstartError(code, `${String(error.path)}: ${systemWords[system]} (${error.message}).`, {
    cause: error,
  })
}

/** Why standard output could not be written. */
export function outputRefusal(error: unknown): BlackstartError {
  const system = systemCode(error) ?? ''
  const code = refusals[system] ?? 'storage'
  const what = system in refusals ? systemWords[system] : 'it cannot be written'
  return new BlackstartError(
    code,
    `Standard output: ${what} (${reasonOf(error)}). What was written there is not whole.`,
    { cause: error },
  )
}
