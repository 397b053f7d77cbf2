import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'

/** What is wrong with a file of the repository. */
export interface Problem {
  readonly kind: FileKind
  /** In the repository: `data/ab/ab…`. */
  readonly file: string
  readonly message: string
}

/** Takes what was thrown or found. Throws it on where it is no error of ours. */
export type Report = (error: unknown) => void

export function problemOf(backend: Backend, error: unknown): Problem {
  if (!(error instanceof BlackstartError)) throw error
  const { kind, file } = error.facts
  return {
    kind: (kind as FileKind | undefined) ?? 'pack',
    file: typeof file === 'string' ? file : backend.location,
    message: error.message,
  }
}

export function withoutRepeats(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [problem.message, problem])).values()]
}

/** True for damage, which work goes on beside; false for a storage that fails, an interruption, a fault of ours. */
export function isDamage(error: unknown): error is BlackstartError {
  return error instanceof BlackstartError && (error.code === 'integrity' || error.code === 'not-found')
}
