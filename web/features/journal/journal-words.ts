import { i18n } from '@lingui/core'

export function administeredWord(action: string): string {
  const words: Readonly<Record<string, string>> = {
    initialised: i18n.t('The site was initialised:'),
    'catalog-rebuilt': i18n.t('The catalog was rebuilt:'),
    'key-added': i18n.t('A key of the repository was added:'),
    'authority-renewed': i18n.t('The certificate authority was renewed:'),
  }
  return words[action] ?? `${action}:`
}

/** What somebody did, or what was done to an account. */
export function personWord(action: string): string {
  const words: Readonly<Record<string, string>> = {
    'signed-in': i18n.t('signed in'),
    'sign-in-refused': i18n.t('a sign-in was refused'),
    'locked-out': i18n.t('locked out'),
    unlocked: i18n.t('lock ended'),
    'signed-out': i18n.t('signed out'),
    'sessions-ended': i18n.t('sessions ended'),
    proven: i18n.t('showed again who they are'),
    created: i18n.t('account made'),
    changed: i18n.t('rights changed'),
    removed: i18n.t('account removed'),
    'password-changed': i18n.t('password changed'),
    'passkey-added': i18n.t('passkey added'),
    'passkey-removed': i18n.t('passkey removed'),
    'code-added': i18n.t('authenticator added'),
    'code-removed': i18n.t('authenticator removed'),
    'token-made': i18n.t('token made'),
    'token-removed': i18n.t('token removed'),
    'directory-changed': i18n.t('directory changed'),
    'accounts-put-aside': i18n.t('a file of accounts that could not be read was put aside'),
  }
  return words[action] ?? action
}

/** What happened to the request for a second person; the reason follows. */
export function requestWord(action: string, of: { readonly name: string; readonly version: string }): string {
  switch (action) {
    case 'asked':
      return i18n.t('{name} asked for a second person to write {version} back:', of)
    case 'approved':
      return i18n.t('{name} agreed that {version} is written back.', of)
    case 'refused':
      return i18n.t('{name} refused that {version} is written back.', of)
    case 'withdrawn':
      return i18n.t('{name} withdrew the request to write {version} back.', of)
    case 'used':
      return i18n.t('{name} used the approval to write {version} back.', of)
    case 'broke-glass':
      return i18n.t('{name} broke the glass: {version} is written back without a second person:', of)
    default:
      return `${of.name}: ${action} ${of.version}`
  }
}
