import { i18n } from '@lingui/core'

interface NodeItemWords {
  readonly name: string
  readonly holds: string
}

/** The items that the node captures of itself, in the order in which a recovery asks for them. */
export const nodeItems = ['node/site', 'node/identity', 'node/secrets', 'node/journal'] as const

/** Null for what is none of them. */
export function nodeItemWords(item: string): NodeItemWords | null {
  switch (item) {
    case 'node/site':
      return {
        name: i18n.t('The site’s definition'),
        holds: i18n.t('site.yaml, as it was saved each time: with it and the repository a new node is made.'),
      }
    case 'node/identity':
      return {
        name: i18n.t('Accounts and certificates'),
        holds: i18n.t('Accounts, the site’s certificate authority and the signing key. To look into it takes a proof.'),
      }
    case 'node/secrets':
      return {
        name: i18n.t('Secrets of devices'),
        holds: i18n.t('The passwords of devices, encrypted. To look into it takes a proof.'),
      }
    case 'node/journal':
      return {
        name: i18n.t('Journal'),
        holds: i18n.t('Everything that people and the node did, one line each, chained.'),
      }
    default:
      return null
  }
}
