import { i18n } from '@lingui/core'

interface ErrorWords {
  readonly words: string
  /** The node's sentence says no more than this: no name, no word of a device. */
  readonly isAll: boolean
}

/** What an error is, by its code, in the reader's language; null for a code that the page does not know. */
export function errorWords(code: string): ErrorWords | null {
  const all = wordsIn(whole(), code)
  if (all !== null) return { words: all, isAll: true }
  const words = wordsIn(partly(), code)
  return words === null ? null : { words, isAll: false }
}

/** Null where it is none of the names: it may come from an address that somebody made up (`__proto__`). */
export function wordsIn(words: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(words, name) ? (words[name] ?? null) : null
}

function whole(): Readonly<Record<string, string>> {
  return {
    'sign-in-refused': i18n.t('Signing in was refused: name, password or code is wrong.'),
    'locked-out': i18n.t('Too many attempts: wait, then try again.'),
    'signed-out': i18n.t('Sign in first: nobody is signed in, or the session is over.'),
    'password-change-needed': i18n.t('Somebody else chose your password: change it first.'),
    'proof-needed': i18n.t('Show first who you are: type your password, or use your passkey.'),
    forbidden: i18n.t('Your account has no right to do this here.'),
    forged: i18n.t('This request did not come from a page of this node. Load the page again.'),
    changed: i18n.t('It has changed since you opened it. Nothing was written: look at it again.'),
    busy: i18n.t('The node has too much to do at the moment. Try again soon.'),
    isolated: i18n.t('The node is isolated: end the isolation first.'),
    'wrong-host': i18n.t('The node is not served under this name. Name it in site.yaml, or use its address.'),
    'too-large': i18n.t('The request is larger than what is taken here.'),
    'no-route': i18n.t('There is nothing at this address.'),
    internal: i18n.t('Something went wrong in the node itself; its log says what. Please report it.'),
  }
}

/** What kind of error it is; the node's sentence follows. */
function partly(): Readonly<Record<string, string>> {
  return {
    invalid: i18n.t('The request is wrong.'),
    usage: i18n.t('This cannot be done so.'),
    'site-invalid': i18n.t('site.yaml has errors: nothing was changed.'),
    'not-found': i18n.t('It does not exist.'),
    'secret-missing': i18n.t('A secret is not set.'),
    refused: i18n.t('The node refuses this.'),
    'approval-needed': i18n.t('A second person has to agree first.'),
    locked: i18n.t('It is locked at the moment.'),
    interrupted: i18n.t('It was interrupted: the node stops, or somebody stopped it.'),
    'wrong-password': i18n.t('The key of the repository does not open it.'),
    integrity: i18n.t('What is stored is damaged, or was tampered with.'),
    storage: i18n.t('The storage does not work.'),
    'disk-full': i18n.t('The disk is full.'),
    unreachable: i18n.t('The device does not answer.'),
    'login-refused': i18n.t('The device refused the login.'),
    permission: i18n.t('The device refused the access.'),
    timeout: i18n.t('The device took too long.'),
    'connection-lost': i18n.t('The connection to the device broke.'),
    truncated: i18n.t('The device ended before all was read.'),
    protocol: i18n.t('The device answered in a way that was not understood.'),
    missing: i18n.t('What is to be captured is not there.'),
    'changed-while-read': i18n.t('It changed while it was read.'),
    unstable: i18n.t('It differs at each reading.'),
    'no-end-mark': i18n.t('The end of the output was not recognised.'),
    'device-busy': i18n.t('The device is in use.'),
    'host-key': i18n.t('The device shows another key than before.'),
    unsupported: i18n.t('This is not possible with this device.'),
    mismatch: i18n.t('What was read back differs from what was written.'),
  }
}
