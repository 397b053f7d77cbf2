import { i18n } from '@lingui/core'
import { roleWord, zonesWord } from '../../text/words.ts'

const grant = /^(viewer|operator|engineer|administrator) (?:everywhere|in (.+))$/

/** How somebody signed in, why not, or what rights an account was given; what is none of these stays as it is. */
export function personDetail(detail: string): string {
  const [, grants = detail, end] = /^(.+), until (\S+)$/.exec(detail) ?? []
  const [, way, vouched] = /^by (ldap|oidc), (.+)$/.exec(grants) ?? []
  const [, seconds] = /^locked for (\d+) s$/.exec(detail) ?? []
  if (seconds !== undefined) return i18n.t('for {count, plural, one {# second} other {# seconds}}', { count: +seconds })
  if (end !== undefined) return i18n.t('{rights}, until {end}', { rights: rights(grants), end })
  if (vouched !== undefined) return `${known(`by ${way}`)}, ${rights(vouched)}`
  return known(detail) ?? rights(detail)
}

/** `engineer in cell-a, cell-b; viewer everywhere` */
function rights(grants: string): string {
  return grants.split('; ').map(grantWord).join(i18n.t('; '))
}

function grantWord(words: string): string {
  if (words === 'no role') return i18n.t('no role')
  if (words === 'the first') return i18n.t('the first account')
  const [, role, zones] = grant.exec(words) ?? []
  if (role === undefined) return words
  const of = { role: role as Parameters<typeof roleWord>[0], zones: zones?.split(', ') ?? ('all' as const) }
  return `${roleWord(of.role)} (${zonesWord(of)})`
}

function known(detail: string): string | null {
  const words = detailWords()
  return Object.hasOwn(words, detail) ? (words[detail] ?? null) : null
}

/** By what the node writes. */
export function detailWords(): Readonly<Record<string, string>> {
  return {
    'by password': i18n.t('by password'),
    'by password-and-code': i18n.t('by password and code'),
    'by passkey': i18n.t('by passkey'),
    'by first-administrator': i18n.t('with the one-time token'),
    'by the person': i18n.t('by themselves'),
    'by ldap': i18n.t('by LDAP'),
    'by oidc': i18n.t('by OpenID Connect'),
    'there is no such account': i18n.t('there is no such account'),
    'wrong password or code': i18n.t('wrong password or code'),
    'wrong token for the first administrator': i18n.t('wrong token for the first administrator'),
    'passkey refused': i18n.t('passkey refused'),
    'locked after too many attempts': i18n.t('locked after too many attempts'),
    'from several addresses, or with several names': i18n.t('from several addresses, or with several names'),
    'unknown token': i18n.t('unknown token'),
    'this token is over': i18n.t('this token is over'),
    'refused by the directory': i18n.t('refused by the directory'),
    'refused by OpenID Connect': i18n.t('refused by OpenID Connect'),
    none: i18n.t('none'),
  }
}
