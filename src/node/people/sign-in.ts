import { type Account, type AccountView, accountView, findAccount, type Person } from './account.ts'
import { directoryStamp, hasLdap, type Vouched } from './directory/directory.ts'
import { grantsText } from './manage-people.ts'
import type { People } from './people.ts'
import { provePassword, signInRefused } from './prove.ts'
import { csrfOf } from './session-tokens.ts'
import type { Session, SignInMethod } from './sessions.ts'

/** Where a request comes from. */
export interface Caller {
  /** The address. */
  readonly from: string
  /** What the browser says it is. */
  readonly agent: string
}

/** Somebody with a session. */
export interface SignedIn {
  readonly person: Person
  /** Null for somebody of a directory. */
  readonly account: AccountView | null
  readonly session: Session
  /** ISO 8601: when the session ends if nothing more is asked for. */
  readonly ends: string
  readonly csrf: string
}

export type SignInOutcome =
  | { readonly outcome: 'signed-in'; readonly token: string; readonly signedIn: SignedIn }
  | { readonly outcome: 'code-needed' }

/**
 * Signs in with a name and a password: a local account where there is one of that name, which no directory is asked for,
 * else the directory where the site has one. As in `provePassword` for what it throws.
 */
export async function signIn(
  people: People,
  typed: { readonly name: string; readonly password: string; readonly code: string | null },
  caller: Caller,
  signal: AbortSignal,
): Promise<SignInOutcome> {
  const held = await people.accounts.read()
  const isLocal = findAccount(held, typed.name) !== null
  if (isLocal || !hasLdap(held.directory)) return signInWithPassword(people, typed, caller, signal)
  const { proveByLdap } = await import('./directory/prove-by-ldap.ts')
  const { name, password } = typed
  const vouched = await proveByLdap(people, { name, password, from: caller.from }, signal)
  return startDirectorySession(people, vouched, 'ldap', caller)
}

/** Signs in with the password of a local account. */
export async function signInWithPassword(
  people: People,
  typed: { readonly name: string; readonly password: string; readonly code: string | null },
  caller: Caller,
  signal: AbortSignal,
): Promise<SignInOutcome> {
  const proven = await provePassword(people, { ...typed, from: caller.from }, signal)
  if (proven.outcome === 'code-needed') return proven
  return startSession(people, proven.account, proven.withCode ? 'password-and-code' : 'password', caller)
}

/** Begins a session of an account that has been proven. */
export async function startSession(
  people: People,
  of: Account,
  method: SignInMethod,
  { from, agent }: Caller,
): Promise<SignInOutcome & { readonly outcome: 'signed-in' }> {
  const made = { account: of.id, stamp: of.stamp, directory: null, method, source: from, agent }
  const { token, session } = people.sessions.start(made)
  await people.record([
    { type: 'person', action: 'signed-in', name: of.name, by: of.name, from, detail: `by ${method}` },
  ])
  return { outcome: 'signed-in', token, signedIn: signedInAs(people, token, session, personOf(of), accountView(of)) }
}

/** Begins a session of somebody whom a directory vouched for. */
export async function startDirectorySession(
  people: People,
  vouched: Vouched,
  method: 'ldap' | 'oidc',
  { from, agent }: Caller,
): Promise<SignInOutcome & { readonly outcome: 'signed-in' }> {
  const { account, stamp, name, grants } = vouched
  const made = { account, stamp, directory: { name, grants: [...grants] }, method, source: from, agent }
  const { token, session } = people.sessions.start(made)
  const detail = `by ${method}, ${grantsText(grants)}`
  await people.record([{ type: 'person', action: 'signed-in', name, by: name, from, detail }])
  const person: Person = { id: account, kind: 'directory', name, grants }
  return { outcome: 'signed-in', token, signedIn: signedInAs(people, token, session, person, null) }
}

/** Who has the session of a token; null where it is unknown, over, or of an account that was changed or removed since. */
export async function signedIn(people: People, token: string): Promise<SignedIn | null> {
  const session = people.sessions.find(token)
  if (session === null) return null
  const held = await people.accounts.read()
  if (session.directory !== null) {
    if (session.stamp !== directoryStamp(held.directory)) return ended(people, session)
    const { name, grants } = session.directory
    return signedInAs(people, token, session, { id: session.account, kind: 'directory', name, grants }, null)
  }
  const own = held.accounts.find(one => one.id === session.account)
  if (own === undefined || own.stamp !== session.stamp) return ended(people, session)
  return signedInAs(people, token, session, personOf(own), accountView(own))
}

/** Ends the session itself. */
export async function signOut(people: People, { person, session }: SignedIn, from: string): Promise<void> {
  people.sessions.end(session.account, session.id)
  const { name } = person
  await people.record([{ type: 'person', action: 'signed-out', name, by: name, from, detail: '' }])
}

/** Shows again who one is, before a dangerous action. Throws as `provePassword` does; 'code-needed' where a code lacks. */
export async function proveAgain(
  people: People,
  { person, session, account }: SignedIn,
  typed: { readonly password: string; readonly code: string | null },
  from: string,
  signal: AbortSignal,
): Promise<'proven' | 'code-needed'> {
  if (account === null) return proveDirectory(people, session, person, typed.password, from, signal)
  const proven = await provePassword(people, { name: account.name, ...typed, from }, signal)
  if (proven.outcome === 'code-needed') return 'code-needed'
  // the name may belong to another account by now
  if (proven.account.id !== person.id) throw signInRefused()
  people.sessions.proven(session.id)
  return 'proven'
}

async function proveDirectory(
  people: People,
  session: Session,
  person: Person,
  password: string,
  from: string,
  signal: AbortSignal,
): Promise<'proven'> {
  if (session.method !== 'ldap') throw signInRefused()
  const { proveByLdap } = await import('./directory/prove-by-ldap.ts')
  const { account } = await proveByLdap(people, { name: person.name, password, from }, signal)
  if (account !== session.account) throw signInRefused()
  people.sessions.proven(session.id)
  return 'proven'
}

export function personOf({ id, name, grants }: Account): Person {
  return { id, name, grants, kind: 'account' }
}

function signedInAs(
  people: People,
  token: string,
  session: Session,
  person: Person,
  account: AccountView | null,
): SignedIn {
  const ends = new Date(people.sessions.endOf(session)).toISOString()
  return { person, account, session, ends, csrf: csrfOf(token) }
}

function ended(people: People, session: Session): null {
  people.sessions.end(session.account, session.id)
  return null
}
