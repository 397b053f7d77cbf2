import { BlackstartError } from '../../errors.ts'
import type { Account } from './account.ts'
import { random, told } from './manage-people.ts'
import { checkPassword } from './password-rules.ts'
import { type People, sealingKey } from './people.ts'
import { provePassword, useStep } from './prove.ts'
import { seal } from './sealed.ts'
import { recentlyProven, type Session } from './sessions.ts'
import type { SignedIn } from './sign-in.ts'
import { base32, seedBytes, stepOfCode, totpAddress } from './totp.ts'

/** Milliseconds within which somebody must have shown who they are, to change how they sign in. */
export const provenWithin = 10 * 60_000

/**
 * Changes one's own password, or gives one to an account that has passkeys only, right after a proof. Every session of the
 * account ends, this one too: sign in again with the new one.
 */
export async function changeOwnPassword(
  people: People,
  own: SignedIn,
  typed: { readonly password: string; readonly code: string | null; readonly next: string },
  from: string,
  signal: AbortSignal,
): Promise<'changed' | 'code-needed'> {
  const name = nameOf(own)
  checkPassword(typed.next, name)
  if (own.account?.hasPassword === false) needsProof(people, own)
  else {
    const proof = { name, password: typed.password, code: typed.code, from }
    if ((await provePassword(people, proof, signal)).outcome === 'code-needed') return 'code-needed'
  }
  if (typed.next.normalize('NFC') === typed.password.normalize('NFC')) {
    throw new BlackstartError('usage', 'The password was not changed: the new one is the old one.')
  }
  const hash = await people.hashes.hash(typed.next)
  await changeOwn(people, own, signal, account => {
    account.password = { hash, set: people.now().toISOString(), temporary: false }
    account.stamp = random(people, 12)
  })
  people.sessions.endAll(own.person.id, null)
  await told(people, { person: own.person, from }, 'password-changed', name, 'by the person')
  return 'changed'
}

/** Begins to add an authenticator app: nothing counts before a first code was typed. `issuer`: what the app shows. */
export function beginCode(
  people: People,
  own: SignedIn,
  issuer: string,
): { readonly seed: string; readonly address: string } {
  const name = nameOf(own)
  needsProof(people, own)
  sealingKey(people)
  const seed = people.random(seedBytes)
  people.pending.put(`totp ${own.session.id}`, { kind: 'totp', seed })
  return { seed: base32(seed), address: totpAddress(seed, issuer, name) }
}

/** Throws `refused` for a wrong code; the seed that was shown stays good for five minutes. */
export async function confirmCode(
  people: People,
  own: SignedIn,
  code: string,
  from: string,
  signal: AbortSignal,
): Promise<void> {
  const name = nameOf(own)
  needsProof(people, own)
  const shown = people.pending.look(`totp ${own.session.id}`)
  if (shown?.kind !== 'totp') throw new BlackstartError('refused', 'This took too long. Begin again.')
  const attempt = people.attempts.begin(name, from)
  const step = stepOfCode(shown.seed, code, people.now())
  if (step === null) {
    throw new BlackstartError(
      'refused',
      'This is not the code that the app should show. Check the clock of that device.',
    )
  }
  attempt.withdrawn()
  const seed = Buffer.from(shown.seed).toString('base64')
  await changeOwn(people, own, signal, account => {
    const sealed = seal(sealingKey(people), `totp ${account.id}`, seed, people.random)
    account.totp = { added: people.now().toISOString(), seed: sealed }
  })
  useStep(people, own.person.id, step)
  people.pending.take(`totp ${own.session.id}`)
  await told(people, { person: own.person, from }, 'code-added', name, '')
}

/** Takes away one's own codes; other sessions end with it. */
export async function removeOwnCode(people: People, own: SignedIn, from: string, signal: AbortSignal): Promise<void> {
  const name = nameOf(own)
  needsProof(people, own)
  await changeOwn(people, own, signal, account => {
    account.totp = null
  })
  people.sessions.endAll(own.person.id, own.session.id)
  await told(people, { person: own.person, from }, 'code-removed', name, 'by the person')
}

export interface SessionView extends Pick<Session, 'id' | 'method' | 'source' | 'agent' | 'created' | 'seen'> {
  /** The one that asks. */
  readonly own: boolean
}

export function ownSessions(people: People, { session }: SignedIn): readonly SessionView[] {
  return people.sessions.of(session.account).map(({ id, method, source, agent, created, seen }) => ({
    ...{ id, method, source, agent, created, seen },
    own: id === session.id,
  }))
}

/** Ends one of one's own sessions, or with null all but this one; returns how many ended. */
export async function endSessions(people: People, own: SignedIn, id: string | null, from: string): Promise<number> {
  const { account } = own.session
  const one = () => Number(people.sessions.end(account, id ?? ''))
  const ended = id === null ? people.sessions.endAll(account, own.session.id) : one()
  if (ended > 0) await told(people, { person: own.person, from }, 'sessions-ended', own.person.name, String(ended))
  return ended
}

/** How somebody signs in is changed only right after they have shown who they are: a session may have been stolen. */
export function needsProof(people: People, { session }: SignedIn): void {
  if (recentlyProven(session, provenWithin, people.now())) return
  throw new BlackstartError('refused', 'Show first who you are: type your password, or use your passkey.', {
    facts: { proof: true },
  })
}

export function nameOf({ account }: SignedIn): string {
  if (account !== null) return account.name
  throw new BlackstartError('refused', 'This account belongs to a directory: change it there.')
}

export async function changeOwn(
  people: People,
  { person }: SignedIn,
  signal: AbortSignal,
  work: (account: Account) => void,
): Promise<void> {
  await people.accounts.update(held => {
    const account = held.accounts.find(one => one.id === person.id)
    if (account === undefined) throw new BlackstartError('refused', 'This account was removed meanwhile.')
    work(account)
  }, signal)
}
