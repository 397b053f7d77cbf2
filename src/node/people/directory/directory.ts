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
export const storedDirectory = z.strictObject({
  stamp: z.string(),
  ldap: ldap.optional(),
  oidc: oidc.extend({ clientSecret: sealedValue.nullable() }).optional(),
})

export type LdapSettings = z.infer<typeof ldap>
export type StoredOidc = NonNullable<z.infer<typeof storedDirectory>['oidc']>
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

/** How the directories are reached; null where there are none. Throws `refused` where what is stored cannot be used. */
export async function readDirectory(people: People): Promise<z.infer<typeof storedDirectory> | null> {
  const { directory } = await people.accounts.read()
  if (directory === undefined) return null
  const parsed = storedDirectory.safeParse(directory)
  if (parsed.success) return parsed.data
  throw directoryTrouble('what is stored of it cannot be read: set it up again')
}

/** In which ways besides the local ones people may sign in; none where what is stored cannot be used. */
export async function directoryWays(people: People): Promise<readonly ('ldap' | 'oidc')[]> {
  const { directory } = await people.accounts.read()
  const { ldap: one, oidc: other } = storedDirectory.safeParse(directory).data ?? {}
  return [...(one === undefined ? [] : (['ldap'] as const)), ...(other === undefined ? [] : (['oidc'] as const))]
}

/** How directories are reached, without the secret; null where there are none. */
export async function directoryView(people: People) {
  const held = await readDirectory(people)
  if (held === null) return null
  const { ldap: one = null, oidc: other = null } = held
  if (other === null) return { ldap: one, oidc: null }
  const { clientSecret, ...shown } = other
  return { ldap: one, oidc: { ...shown, hasSecret: clientSecret !== null } }
}

/** Passwords and tokens cross a network only inside TLS. Throws `usage`. */
export function needsTls(address: string, startTls: boolean): void {
  const { protocol, hostname } = new URL(address)
  if (protocol === 'ldaps:' || protocol === 'https:' || startTls || isLoopback(hostname)) return
  throw new BlackstartError('usage', `${address} would be reached without TLS: use ldaps:// or https://, or startTls.`)
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

/** An error of the directory refuses this sign-in, and nothing else. */
export function directoryTrouble(why: string, cause?: unknown): BlackstartError {
  return new BlackstartError('refused', `The directory cannot be asked: ${why}. Local accounts go on working.`, {
    cause,
    retry: true,
  })
}
