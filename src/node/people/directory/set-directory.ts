import { z } from 'zod'
import { BlackstartError } from '../../../errors.ts'
import { type Manager, needs, random, told } from '../manage-people.ts'
import { type People, sealingKey } from '../people.ts'
import { seal } from '../sealed.ts'
import {
  type DirectorySettings,
  directorySettings,
  needsTls,
  partsOf,
  readParts,
  type StoredOidc,
} from './directory.ts'

type DirectoryNow = z.infer<typeof directorySettings>

/** Sets how directories are reached; null for none. Sessions of directory people end. */
export async function setDirectory(
  people: People,
  by: Manager,
  given: DirectorySettings | null,
  signal: AbortSignal,
): Promise<void> {
  needs(by, 'manage-people')
  const checked = given === null ? null : checkedSettings(given)
  const next = checked === null ? undefined : { stamp: random(people, 12), ...checked, ...sealedOidc(people, checked) }
  await people.accounts.update(held => {
    if (next === undefined) delete held.directory
    else held.directory = next
  }, signal)
  await tellChange(people, by, checked ?? {})
}

/** One of the directories; null for none. `keepsSecret`: the client's secret that is stored goes on to be used. */
export type DirectoryPart =
  | { readonly ldap: NonNullable<DirectorySettings['ldap']> | null }
  | { readonly oidc: NonNullable<DirectorySettings['oidc']> | null; readonly keepsSecret: boolean }

/**
 * Sets how one directory is reached; the other stays as it is stored, also where that cannot be read. Sessions of directory people end. Throws `usage` for what is no
 * setting, and where a secret is to be kept that is another client's, or that there is not.
 */
export async function setDirectoryPart(
  people: People,
  by: Manager,
  part: DirectoryPart,
  signal: AbortSignal,
): Promise<void> {
  needs(by, 'manage-people')
  const checked = checkedSettings('ldap' in part ? { ldap: part.ldap ?? undefined } : { oidc: part.oidc ?? undefined })
  let next: ReturnType<typeof partsOf> = {}
  await people.accounts.update(held => {
    const { ldap: one, oidc: other } = partsOf(held.directory)
    const changed =
      'ldap' in part
        ? { ldap: checked.ldap, oidc: other }
        : {
            ldap: one,
            oidc: part.keepsSecret ? withKept(held.directory, checked.oidc) : sealedOidc(people, checked).oidc,
          }
    next = {
      ...(changed.ldap === undefined ? {} : { ldap: changed.ldap }),
      ...(changed.oidc === undefined ? {} : { oidc: changed.oidc }),
    }
    if (next.ldap === undefined && next.oidc === undefined) delete held.directory
    else held.directory = { stamp: random(people, 12), ...next }
  }, signal)
  const { ldap: one, oidc: other } = readParts(next)
  await tellChange(people, by, {
    ...(one === null || one === 'unreadable' ? {} : { ldap: one }),
    ...(other === null || other === 'unreadable' ? {} : { oidc: other }),
  })
}

async function tellChange(
  people: People,
  by: Manager,
  now: {
    readonly ldap?: { readonly url: string } | undefined
    readonly oidc?: { readonly issuer: string } | undefined
  },
): Promise<void> {
  const detail = [now.ldap?.url, now.oidc?.issuer].filter(one => one !== undefined).join(', ')
  await told(people, by, 'directory-changed', '', detail === '' ? 'none' : detail)
}

/** A secret goes to whom it was given for alone. */
function withKept(directory: unknown, given: DirectoryNow['oidc']): StoredOidc | undefined {
  if (given === undefined) return undefined
  const { issuer, clientId } = given
  const { oidc: before } = readParts(directory)
  if (before !== null && before !== 'unreadable' && before.issuer === issuer && before.clientId === clientId) {
    return { ...given, clientSecret: before.clientSecret }
  }
  throw new BlackstartError(
    'usage',
    'The directory was not set up: the secret of another issuer or client is not kept. Give the one of this client.',
  )
}

function checkedSettings(given: DirectorySettings): DirectoryNow {
  const parsed = directorySettings.safeParse(given)
  if (!parsed.success) {
    throw new BlackstartError('usage', `The directory was not set up: ${z.prettifyError(parsed.error)}`)
  }
  const { ldap: one, oidc: other } = parsed.data
  for (const address of [one?.url, other?.issuer]) if (address !== undefined) needsNoLogin(address)
  if (one !== undefined) needsTls(one.url, one.startTls)
  if (other !== undefined) needsTls(other.issuer, false)
  return parsed.data
}

/** An address is shown, and goes into the journal. Throws `usage`. */
function needsNoLogin(address: string): void {
  const { username, password, host } = new URL(address)
  if (username === '' && password === '') return
  throw new BlackstartError('usage', `The address of ${host} holds a name or a password: leave them out of it.`)
}

function sealedOidc(people: People, { oidc: given }: DirectoryNow): { oidc?: StoredOidc } {
  if (given === undefined) return {}
  const { clientSecret: secret } = given
  const clientSecret = secret === null ? null : seal(sealingKey(people), 'oidc client secret', secret, people.random)
  return { oidc: { ...given, clientSecret } }
}
