import { BlackstartError } from '../../errors.ts'
import {
  type Account,
  type AccountsFile,
  type AccountView,
  accountName,
  accountView,
  findAccount,
  type Person,
} from './account.ts'
import { type Grant, grant, isNoLess, may, type PersonAction } from './may.ts'
import { checkPassword } from './password-rules.ts'
import type { People } from './people.ts'
import type { PersonEvent } from './refusal-log.ts'

/** Who asks for a change, and from where; `from` is null for a command on this machine. */
export interface Manager {
  readonly person: Person
  readonly from: string | null
}

export interface NewAccount {
  readonly name: string
  readonly display: string
  readonly grants: readonly Grant[]
  readonly password: string
  /** True where the person did not choose the password: it is to be changed at the first sign-in. */
  readonly temporary: boolean
}

/** Of whoever has the site folder. */
export const localId = 'local'

/** Whoever has the site folder may do all: with it everything could be written by hand. */
export function localManager(actor: string): Manager {
  const grants = [{ role: 'administrator', zones: 'all' }] as const
  return { person: { id: localId, name: actor, kind: 'local', grants: [...grants] }, from: null }
}

export async function listAccounts(people: People): Promise<readonly (AccountView & { readonly lockedFor: number })[]> {
  const { accounts } = await people.accounts.read()
  return accounts.map(one => ({ ...accountView(one), lockedFor: people.attempts.lockedFor(one.name) }))
}

export async function addAccount(people: People, by: Manager, made: NewAccount, signal: AbortSignal): Promise<void> {
  needs(by, 'manage-people')
  const account = await accountOf(people, made)
  await people.accounts.update(held => addTo(held, account), signal)
  await told(people, by, 'created', account.name, grantsText(account.grants))
}

/** An account that can be put among the others; checked. */
export async function accountOf(people: People, made: NewAccount): Promise<Account> {
  checkName(made.name)
  checkPassword(made.password, made.name)
  const display = made.display.replaceAll(/\p{C}/gu, '').trim().slice(0, 100)
  const created = people.now().toISOString()
  const hash = await people.hashes.hash(made.password)
  return {
    id: random(people, 32),
    stamp: random(people, 12),
    ...{ name: made.name, display, created, grants: checkedGrants(made.grants) },
    password: { hash, set: created, temporary: made.temporary },
    totp: null,
    passkeys: [],
  }
}

export function addTo(held: AccountsFile, account: Account): void {
  const taken = findAccount(held, account.name)
  if (taken !== null) throw new BlackstartError('usage', `There is an account "${taken.name}" already.`)
  if (held.tokens.some(({ name }) => name.toLowerCase() === account.name.toLowerCase())) {
    throw new BlackstartError('usage', `There is a token "${account.name}": choose another name.`)
  }
  held.accounts.push(account)
}

/** Sessions end where the person may do less than before. */
export async function setGrants(
  people: People,
  by: Manager,
  name: string,
  grants: readonly Grant[],
  signal: AbortSignal,
): Promise<void> {
  needs(by, 'manage-people')
  const next = checkedGrants(grants)
  await change(people, name, signal, own => {
    if (!isNoLess({ grants: next }, own)) own.stamp = random(people, 12)
    own.grants = next
  })
  await told(people, by, 'changed', name, grantsText(next))
}

/** Ends every session of the account, and its lock. `temporary`: it is to be changed at the next sign-in. */
export async function setPassword(
  people: People,
  by: Manager,
  name: string,
  password: string,
  options: { readonly temporary: boolean },
  signal: AbortSignal,
): Promise<void> {
  needs(by, 'manage-people')
  checkPassword(password, name)
  accountNamed(await people.accounts.read(), name)
  const hash = await people.hashes.hash(password)
  const set = people.now().toISOString()
  await change(people, name, signal, own => {
    own.password = { hash, set, temporary: options.temporary }
    own.stamp = random(people, 12)
  })
  people.attempts.unlock(name)
  await told(people, by, 'password-changed', name, '')
}

export async function removeAccount(people: People, by: Manager, name: string, signal: AbortSignal): Promise<void> {
  needs(by, 'manage-people')
  const gone = await people.accounts.update(held => {
    const own = accountNamed(held, name)
    held.accounts = held.accounts.filter(one => one !== own)
    return own
  }, signal)
  people.sessions.endAll(gone.id, null)
  await told(people, by, 'removed', gone.name, '')
}

/** Ends the lock that failed sign-ins have set. */
export async function unlockAccount(people: People, by: Manager, name: string): Promise<void> {
  needs(by, 'manage-people')
  accountNamed(await people.accounts.read(), name)
  people.attempts.unlock(name)
  await told(people, by, 'unlocked', name, '')
}

/** Takes the codes of an authenticator app from an account, where the device is lost; its sessions end. */
export async function removeCode(people: People, by: Manager, name: string, signal: AbortSignal): Promise<void> {
  needs(by, 'manage-people')
  await change(people, name, signal, own => {
    own.totp = null
    own.stamp = random(people, 12)
  })
  await told(people, by, 'code-removed', name, '')
}

/** Throws `refused` where a person may not do something on the whole site. */
export function needs({ person }: Pick<Manager, 'person'>, action: PersonAction): void {
  if (may(person, action, null)) return
  throw new BlackstartError(
    'refused',
    `${person.name} may not do this: it takes the right to ${action} on the whole site.`,
    {
      facts: { action },
    },
  )
}

async function change(people: People, name: string, signal: AbortSignal, work: (own: Account) => void): Promise<void> {
  const { id, ended } = await people.accounts.update(held => {
    const own = accountNamed(held, name)
    const { stamp } = own
    work(own)
    return { id: own.id, ended: own.stamp !== stamp }
  }, signal)
  // they would be worth nothing with this stamp, but with a copy of the file from before
  if (ended) people.sessions.endAll(id, null)
}

export function accountNamed(held: AccountsFile, name: string): Account {
  const own = findAccount(held, name)
  if (own === null) throw new BlackstartError('not-found', `There is no account "${name.slice(0, 80)}".`)
  return own
}

export function told(
  people: People,
  { person, from }: Manager,
  action: PersonEvent['action'],
  name: string,
  detail: string,
): Promise<void> {
  return people.record([{ type: 'person', action, name, by: person.name, from, detail }])
}

export function checkName(name: string): void {
  if (accountName.test(name)) return
  throw new BlackstartError(
    'usage',
    `"${name.slice(0, 80)}" cannot name an account: use up to 63 letters, digits, dots, hyphens and @, a letter or a digit first.`,
  )
}

export function checkedGrants(grants: readonly Grant[]): Grant[] {
  const parsed = grant.array().max(100).safeParse(grants)
  if (parsed.success) return parsed.data
  throw new BlackstartError('usage', 'A role is viewer, operator, engineer or administrator, in some zones or in all.')
}

/** `engineer in cell-a, cell-b; viewer everywhere` */
export function grantsText(grants: readonly Grant[]): string {
  const words = grants.map(({ role, zones }) => `${role} ${zones === 'all' ? 'everywhere' : `in ${zones.join(', ')}`}`)
  return words.length === 0 ? 'no role' : words.join('; ')
}

export function random({ random: bytes }: People, count: number): string {
  return Buffer.from(bytes(count)).toString('base64url')
}
