import { BlackstartError, systemCode } from '../../errors.ts'
import type { Failure } from './messages.ts'

/** An error as another thread can read it: what crosses threads loses its class. */
export function failureOf(error: unknown): Failure {
  const ours = error instanceof BlackstartError
  return {
    message: error instanceof Error ? error.message : String(error),
    code: ours ? error.code : null,
    system: ours ? null : systemCode(error),
    facts: ours ? error.facts : {},
  }
}

export function errorOf({ message, code, system, facts }: Failure): Error {
  if (code !== null) return new BlackstartError(code, message, { facts })
  return system === null ? new Error(message) : Object.assign(new Error(message), { code: system })
}
