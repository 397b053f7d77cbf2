import { z } from 'zod'
import { BlackstartError } from '../../../errors.ts'
import { type Grant, grant } from '../may.ts'
import type { People } from '../people.ts'
import { sealedValue } from '../sealed.ts'

/** What a group, or the value of a claim, allows. */
const mapping = z.array(z.strictObject({ group: z.string().min(1).max(500), grants: z.array(grant).min(1) })).max(200)

const ldap = z.strictObject({
  /** `ldaps://host[:port]`, or `ldap://host[:port]` with `startTls`; without TLS on this machine only. */
  url: z.url({ protocol: /^ldaps?$/ }),
  startTls: z.boolean().default(false),
  /** PEM file with the authority of the server's certificate, relative to the site folder; null: those that this machine trusts. */
  ca: z.string().min(1).nullable().default(null),
  /** As whom a person is bound: `uid={name},ou=people,dc=plant` or, with Active Directory, `{name}@plant.example`. */
  bindAs: z.string().includes('{name}').max(500),
  /** Below which a person is looked for, where `bindAs` is no DN. */
  base: z.string().max(500).default(''),
  /** The attribute of a person's entry that names its groups. */
  memberOf: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
    .default('memberOf'),
  /** Where groups name their members instead: below what, and in which attribute. */
  groups: z
    .strictObject({ base: z.string().min(1), member: z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/) })
    .nullable()
    .default(null),
  grants: mapping,
})

const oidc = z.strictObject({
  /** `https://…`; `http://` on this machine only. */
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(500),
  /** Null for a client without one, which PKCE alone protects. */
  clientSecret: z.string().min(1).max(1000).nullable().default(null),
  ca: z.string().min(1).nullable().default(null),
  scope: z.string().default('openid profile'),
  nameClaim: z.string().default('preferred_username'),
  groupsClaim: z.string().default('groups'),
  grants: mapping,
})

export const directorySettings = z.strictObject({ ldap: ldap.optional(), oidc: oidc.optional() })
const storedOidc = oidc.extend({ clientSecret: sealedValue.nullable() })

export type LdapSettings = z.infer<typeof ldap>
export type StoredOidc = z.infer<typeof storedOidc>
export type DirectorySettings = z.input<typeof directorySettings>

/** Somebody whom a directory vouched for, with what their groups allow here. */
export interface Vouched {
  /** What names them in the directory, whatever they are called. */
  readonly account: string
  readonly stamp: string
  readonly name: string
  readonly grants: readonly Grant[]
}

/** A directory's sessions end when the way to it changes, or when there is none any more. */
export function directoryStamp(directory: unknown): string {
  const stamp = directory !== null && typeof directory === 'object' && 'stamp' in directory ? directory.stamp : null
  return typeof stamp === 'string' ? stamp : 'no directory'
}

export function hasLdap(directory: unknown): boolean {
  return directory !== null && typeof directory === 'object' && 'ldap' in directory
}

/** Of each way what is stored, read or not; nothing where there is none. */
export function partsOf(directory: unknown): { readonly ldap?: unknown; readonly oidc?: unknown } {
  if (directory === null || typeof directory !== 'object') return {}
  return {
    ...('ldap' in directory ? { ldap: directory.ldap } : {}),
    ...('oidc' in directory ? { oidc: directory.oidc } : {}),
  }
}

/** Each way stands for itself: null where there is none, `unreadable` where what is stored cannot be used. */
export function readParts(directory: unknown): {
  readonly ldap: LdapSettings | 'unreadable' | null
  readonly oidc: StoredOidc | 'unreadable' | null
} {
  const parts = partsOf(directory)
  return {
    ldap: parts.ldap === undefined ? null : (ldap.safeParse(parts.ldap).data ?? 'unreadable'),
    oidc: parts.oidc === undefined ? null : (storedOidc.safeParse(parts.oidc).data ?? 'unreadable'),
  }
}

/** How LDAP is reached; null where it is not set up. Throws `refused` where what is stored cannot be used. */
export async function readLdap(people: People): Promise<{ settings: LdapSettings; stamp: string } | null> {
  const { directory } = await people.accounts.read()
  return usable(readParts(directory).ldap, directory)
}

/** The same of OpenID Connect. */
export async function readOidc(people: People): Promise<{ settings: StoredOidc; stamp: string } | null> {
  const { directory } = await people.accounts.read()
  return usable(readParts(directory).oidc, directory)
}

function usable<Settings extends object>(part: Settings | 'unreadable' | null, directory: unknown) {
  if (part === 'unreadable') throw directoryTrouble('what is stored of it cannot be read: set it up again')
  return part === null ? null : { settings: part, stamp: directoryStamp(directory) }
}

/** In which ways besides the local ones people may sign in; none where what is stored cannot be used. */
export async function directoryWays(people: People): Promise<readonly ('ldap' | 'oidc')[]> {
  const parts = readParts((await people.accounts.read()).directory)
  return (['ldap', 'oidc'] as const).filter(way => parts[way] !== null && parts[way] !== 'unreadable')
}

/** How directories are reached, without the secret; null where there are none. */
export async function directoryView(people: People) {
  const { ldap: one, oidc: other } = readParts((await people.accounts.read()).directory)
  if (one === null && other === null) return null
  const unreadable = [
    ...(one === 'unreadable' ? ['ldap' as const] : []),
    ...(other === 'unreadable' ? ['oidc' as const] : []),
  ]
  return { ldap: one === 'unreadable' ? null : one, oidc: other === 'unreadable' ? null : shownOidc(other), unreadable }
}

function shownOidc(stored: StoredOidc | null) {
  if (stored === null) return null
  const { clientSecret, ...shown } = stored
  return { ...shown, hasSecret: clientSecret !== null }
}

/** Passwords and tokens cross a network only inside TLS. Throws `usage`. */
export function needsTls(address: string, startTls: boolean): void {
  const { protocol, hostname } = new URL(address)
  if (protocol === 'ldaps:' || protocol === 'https:' || startTls || isLoopback(hostname)) return
  const sentence = `${address} would be reached without TLS: use ldaps:// or https://, or startTls.`
  throw new BlackstartError('usage', sentence, { facts: { directory: 'without TLS' } })
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** The grants of all groups together; names of groups differ by more than their case. */
export function grantsOfGroups(
  groups: readonly string[],
  known: readonly { readonly group: string; readonly grants: readonly Grant[] }[],
): readonly Grant[] {
  const own = new Set(groups.map(bareName))
  return known.filter(({ group }) => own.has(bareName(group))).flatMap(({ grants }) => grants)
}

/** DNs are written with and without a space after a comma. */
function bareName(group: string): string {
  return group
    .toLowerCase()
    .replaceAll(/\s*([,=])\s*/g, '$1')
    .trim()
}

export function withoutRole(): BlackstartError {
  return new BlackstartError('refused', 'The directory knows you, but none of your groups has a role here.', {
    facts: { signIn: true },
  })
}

/** An error of the directory refuses this sign-in, and nothing else. `facts.directory`: why, which is nothing for strangers. */
export function directoryTrouble(why: string, cause?: unknown): BlackstartError {
  return new BlackstartError('refused', `The directory cannot be asked: ${why}. Local accounts go on working.`, {
    facts: { directory: why },
    cause,
    retry: true,
  })
}
