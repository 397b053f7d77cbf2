import { i18n } from '@lingui/core'
import type { PasskeyOptions } from '../../src/api/schema/session.ts'
import { RequestError, request } from '../requests/request.ts'

/** Whether this browser has passkeys here: it gives them to pages over TLS, and on this machine itself. */
export function hasPasskeys(): boolean {
  return isSecureContext && 'PublicKeyCredential' in window
}

/** What the browser says with a passkey that the node has asked for. Throws `RequestError`. */
export async function passkeyProof() {
  const { options } = await optionsOf('/api/session/passkey/options')
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const optionsJSON = options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON']
  return await startAuthentication({ optionsJSON }).catch((error: unknown) => {
    throw passkeyError(error, 'use')
  })
}

/** A passkey that the browser makes for the account. Throws `RequestError`. */
export async function newPasskey() {
  const { options } = await optionsOf('/api/account/passkeys/options')
  const { startRegistration } = await import('@simplewebauthn/browser')
  const optionsJSON = options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON']
  return await startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw passkeyError(error, 'make')
  })
}

async function optionsOf(path: string): Promise<PasskeyOptions> {
  if (!hasPasskeys()) throw withoutPasskeys()
  return await request<PasskeyOptions>(path, { method: 'POST' })
}

/** The browser tells by the error's name; its words are for programmers. Web Authentication, 5.1.3 and 5.1.4. */
function passkeyError(error: unknown, what: 'make' | 'use'): RequestError {
  const name = error instanceof Error ? error.name : ''
  const told = (words: string) => new RequestError('passkey', words, 0)
  if (name === 'InvalidStateError') {
    return told(i18n.t('This device or key already holds a passkey of your account: it needs no second one.'))
  }
  if (name === 'SecurityError' || name === 'NotSupportedError') return withoutPasskeys()
  return told(
    what === 'make'
      ? i18n.t('No passkey was made: it was cancelled, or took too long. Begin again.')
      : i18n.t('No passkey was given: it was cancelled, took too long, or none of this device is for this node.'),
  )
}

function withoutPasskeys(): RequestError {
  const words = i18n.t(
    'This browser uses no passkey here: open the page over TLS and by the name of the node, in a browser that has passkeys.',
  )
  return new RequestError('passkey', words, 0)
}
