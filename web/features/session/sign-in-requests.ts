import type { FirstAdministrator, PasskeyOptions, SignIn, SignInAnswer } from '../../../src/api/schema/session.ts'
import { request } from '../../requests/request.ts'

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

/** What the browser says with a passkey that the node has asked for. */
export async function passkeyProof() {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const { options } = await request<PasskeyOptions>('/api/session/passkey/options', { method: 'POST' })
  return await startAuthentication({
    optionsJSON: options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON'],
  })
}
