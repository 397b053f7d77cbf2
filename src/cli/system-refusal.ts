import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../errors.ts'

const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EACCES: ['permission', 'this user has no right to it'],
  EPERM: ['permission', 'this user has no right to it'],
  EROFS: ['storage', 'the disk can only be read'],
  ENOSPC: ['disk-full', 'the disk is full'],
  EDQUOT: ['disk-full', "this user's share of the disk is used up"],
  ENOTDIR: ['storage', 'a part of the path is no folder'],
}

/** What the system refused wherever a command touched the disk: the user's to mend, not a mistake of ours. Null for all else. */
export function systemRefusal(error: unknown): BlackstartError | null {
  const refusal = refusals[systemCode(error) ?? '']
  if (refusal === undefined || !(error instanceof Error) || !('path' in error)) return null
  const [code, what] = refusal
  return new BlackstartError(code, `${String(error.path)}: ${what} (${error.message}).`, { cause: error })
}

/** Why standard output could not be written. */
export function outputRefusal(error: unknown): BlackstartError {
  const [code, what] = refusals[systemCode(error) ?? ''] ?? ['storage', 'it cannot be written']
  return new BlackstartError(
    code,
    `Standard output: ${what} (${reasonOf(error)}). What was written there is not whole.`,
    { cause: error },
  )
}
