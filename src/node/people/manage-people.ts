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
  const display = checkedDisplay(made.display)
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

/** What is to become of an account; what is not named stays. */
export interface AccountChange {
  readonly grants?: readonly Grant[] | undefined
  /** `temporary`: it is to be changed at the next sign-in. */
  readonly password?: { readonly text: string; readonly temporary: boolean } | undefined
  /** Takes the codes of an authenticator app away, where the device is lost. */
  readonly removeCode?: boolean
  /** Ends the lock that failed sign-ins have set; a new password does, too. */
  readonly unlock?: boolean
}

/**
 * All of it, or nothing. Sessions end with a new password, without the code, and where the person may do less than before.
 * Throws `not-found`, or `usage` for what cannot be.
 */
export async function changeAccount(
  people: People,
  by: Manager,
  name: string,
  { grants, password, removeCode: withoutCode = false, unlock = false }: AccountChange,
  signal: AbortSignal,
): Promise<void> {
  needs(by, 'manage-people')
  accountNamed(await people.accounts.read(), name)
  if (grants === undefined && password === undefined && !withoutCode && !unlock) {
    throw new BlackstartError('usage', 'Say what to change: grants, a password, the code, or the lock.')
  }
  const next = grants === undefined ? null : checkedGrants(grants)
  if (password !== undefined) checkPassword(password.text, name)
  const hash = password === undefined ? null : await people.hashes.hash(password.text)
  if (next !== null || hash !== null || withoutCode) {
    await change(people, name, signal, own => {
      const isLess = next !== null && !isNoLess({ grants: next }, own)
      if (isLess || hash !== null || withoutCode) own.stamp = random(people, 12)
      if (next !== null) own.grants = next
      if (withoutCode) own.totp = null
      if (hash === null) return
      own.password = { hash, set: people.now().toISOString(), temporary: password?.temporary === true }
    })
  }
  if (unlock || hash !== null) people.attempts.unlock(name)
  if (next !== null) await told(people, by, 'changed', name, grantsText(next))
  if (hash !== null) await told(people, by, 'password-changed', name, '')
  if (withoutCode) await told(people, by, 'code-removed', name, '')
  if (unlock) await told(people, by, 'unlocked', name, '')
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

/** Without what cannot be seen. Throws `usage` for one that is too long. */
function checkedDisplay(text: string): string {
  const display = text.replaceAll(/\p{C}/gu, '').trim()
  if (display.length <= 100) return display
  throw new BlackstartError('usage', 'The name to show is too long: use at most 100 characters.')
}

export function checkedGrants(grants: readonly Grant[]): Grant[] {
  const parsed = grant.array().max(100).safeParse(grants)
  if (parsed.success) return parsed.data
  throw new BlackstartError('usage', 'A role is viewer, operator, engineer or administrator, in some zones or in all.')
}

/** Throws `usage` for a zone that the site lacks, and that was not granted before: it would count once somebody names one so. */
export function checkZones(
  grants: readonly Grant[],
  { zones }: { readonly zones: readonly { readonly id: string }[] },
  before: readonly Grant[] = [],
): void {
  const known = new Set([
    ...zones.map(({ id }) => id),
    ...before.flatMap(one => (one.zones === 'all' ? [] : one.zones)),
  ])
  const strange = grants.flatMap(one => (one.zones === 'all' ? [] : one.zones)).find(id => !known.has(id))
  if (strange === undefined) return
  throw new BlackstartError('usage', `site.yaml has no zone "${strange}": ${zones.map(({ id }) => id).join(', ')}.`)
}

/** `engineer in cell-a, cell-b; viewer everywhere` */
export function grantsText(grants: readonly Grant[]): string {
  const words = grants.map(({ role, zones }) => `${role} ${zones === 'all' ? 'everywhere' : `in ${zones.join(', ')}`}`)
  return words.length === 0 ? 'no role' : words.join('; ')
}

export function random({ random: bytes }: People, count: number): string {
  return Buffer.from(bytes(count)).toString('base64url')
}
