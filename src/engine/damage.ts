import { BlackstartError } from '../errors.ts'
import type { Backend, FileKind } from '../storage/backend.ts'
import { layoutPath } from '../storage/layout.ts'

/** What errors name a storage by. */
export type Place = Pick<Backend, 'location'>

/** A copy's locks say nothing of this repository. */
const adviceOnLocks = 'When nobody else works on the repository, run unlock --remove-all.'
const adviceOnOthers = 'Bring this file back from another copy of the repository.'

/** The error for a file of the repository that is not what was written. `what` ends the sentence "… is damaged: it …". */
export function damaged(place: Place, kind: FileKind, name: string, what: string, cause?: unknown): BlackstartError {
  const file = layoutPath(kind, name)
  return new BlackstartError(
    'integrity',
    `${place.location}: ${file} is damaged: it ${what}. ${kind === 'lock' ? adviceOnLocks : adviceOnOthers}`,
    { facts: { file, kind, name }, cause },
  )
}

/** The error for a file that should be there. */
export function missing(place: Place, kind: FileKind, name: string, cause?: unknown): BlackstartError {
  const file = layoutPath(kind, name)
  return new BlackstartError(
    'integrity',
    `${place.location}: ${file} is missing. Bring it back from another copy of the repository.`,
    { facts: { file, kind, name }, cause },
  )
}

/** Whether the error is of `readExpected`, for a file that is not there. */
export function isAbsent(error: unknown): boolean {
  const cause = error instanceof BlackstartError ? error.cause : null
  return cause instanceof BlackstartError && cause.code === 'not-found'
}

/** Reads a whole file and turns "not there" into `integrity`: something else in the repository says that it must be. */
export async function readExpected(
  backend: Backend,
  kind: FileKind,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await backend.read(kind, name, null, signal)
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'not-found') throw missing(backend, kind, name, error)
    throw error
  }
}
