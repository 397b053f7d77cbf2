import type { FirstAdministrator, SignIn, SignInAnswer } from '../../../src/api/schema/session.ts'
import { request } from '../../requests/request.ts'
import { passkeyProof } from '../../session/browser-passkey.ts'

export function signIn(body: SignIn): Promise<SignInAnswer> {
  return request<SignInAnswer>('/api/session', { method: 'POST', body })
}

export function makeFirstAdministrator(body: FirstAdministrator): Promise<SignInAnswer> {
  return request<SignInAnswer>('/api/first-administrator', { method: 'POST', body })
}

/** The browser asks which passkey; the name follows from it. */
export async function signInWithPasskey(): Promise<SignInAnswer> {
  const body = { credential: await passkeyProof() }
  return await request<SignInAnswer>('/api/session/passkey', { method: 'POST', body })
}
