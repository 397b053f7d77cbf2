import { BlackstartError } from '../errors.ts'

/** What the API refuses by itself, before anything of the node is asked. */
export type RefusalCode =
  | 'invalid'
  | 'signed-out'
  | 'sign-in-refused'
  | 'locked-out'
  | 'forbidden'
  | 'password-change-needed'
  | 'proof-needed'
  | 'approval-needed'
  | 'forged'
  | 'wrong-host'
  | 'too-large'
  | 'not-json'
  | 'changed'
  | 'no-etag'
  | 'no-route'
  | 'busy'

export function refusal(code: RefusalCode, message: string): BlackstartError {
  return new BlackstartError('refused', message, { facts: { api: code } })
}
