import { i18n } from '@lingui/core'
import { errorWords, wordsIn } from '../text/error-words.ts'

/** What the node led a person back with (`?refused=…`), in their language; null for a word that it does not say. */
export function refusedWords(code: string): string | null {
  return wordsIn(ways(), code) ?? errorWords(code)?.words ?? null
}

function ways(): Readonly<Record<string, string>> {
  const local = i18n.t('Local accounts go on working: sign in with name and password.')
  return {
    'oidc-denied': `${i18n.t('The company’s account did not let you through: it was cancelled or refused there.')} ${local}`,
    'oidc-late': i18n.t(
      'Signing in by the company’s account took too long, or was begun in another browser. Begin again.',
    ),
    'oidc-no-role': i18n.t(
      'The company’s account knows you, but none of your groups has a role here. Ask an administrator of this node.',
    ),
    'oidc-local-account': i18n.t('There is a local account of your name: sign in with its password.'),
    'oidc-trouble': `${i18n.t('The company’s account cannot be asked at the moment, or answered wrongly.')} ${local}`,
  }
}
