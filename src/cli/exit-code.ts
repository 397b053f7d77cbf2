import { BlackstartError, type ErrorCode } from '../errors.ts'

/** Exit codes of every command (DESIGN.md, the command line). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  part: 3,
  refused: 4,
  integrity: 5,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const byError: Partial<Record<ErrorCode, ExitCode>> = {
  usage: exitCodes.usage,
  'site-invalid': exitCodes.usage,
  refused: exitCodes.refused,
  locked: exitCodes.refused,
  isolated: exitCodes.refused,
  integrity: exitCodes.integrity,
  mismatch: exitCodes.integrity,
  interrupted: exitCodes.interrupted,
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof BlackstartError) return byError[error.code] ?? exitCodes.failed
  return error instanceof Error && error.name === 'AbortError' ? exitCodes.interrupted : exitCodes.failed
}
