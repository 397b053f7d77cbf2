import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { BlackstartError, reasonOf } from '../../errors.ts'
import { type Account, canSignIn, type Passkey } from './account.ts'
import { told } from './manage-people.ts'
import { changeOwn, nameOf, needsProof } from './own-account.ts'
import type { People, RelyingParty } from './people.ts'
import { begun, signInRefused } from './prove.ts'
import { type Caller, type SignedIn, type SignInOutcome, startSession } from './sign-in.ts'

/** Loaded on first use: it brings half a megabyte along. */
const webauthn = () => import('@simplewebauthn/server')

const perAccount = 20
/** EdDSA, ES256, RS256. */
const algorithms = [-8, -7, -257]

/** What a browser needs to make a passkey. `host`: the name under which it reached the node. */
export async function beginPasskey(
  people: People,
  own: SignedIn,
  host: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const name = nameOf(own)
  needsProof(people, own)
  const party = partyOf(people, host)
  const { generateRegistrationOptions } = await webauthn()
  const options = await generateRegistrationOptions({
    ...{ rpName: party.name, rpID: host, userName: name, userDisplayName: own.account?.display || name },
    userID: new Uint8Array(Buffer.from(own.person.id, 'base64url')),
    challenge: new Uint8Array(people.random(32)),
    attestationType: 'none',
    excludeCredentials: (own.account?.passkeys ?? []).map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })
  people.pending.put(options.challenge, { kind: 'register', session: own.session.id, host })
  return options
}

/** Adds the passkey that a browser made. `response` is as it came; throws `refused` for one that does not hold. */
export async function addPasskey(
  people: People,
  own: SignedIn,
  made: { readonly response: unknown; readonly label: string },
  from: string,
  signal: AbortSignal,
): Promise<void> {
  const name = nameOf(own)
  needsProof(people, own)
  const response = checked(registration, made.response) as RegistrationResponseJSON
  const asked = people.pending.take(challengeOf(response.response.clientDataJSON))
  if (asked?.kind !== 'register' || asked.session !== own.session.id) throw tooLate()
  const credential = await verifiedRegistration(people, response, asked.host)
  const label = made.label.replaceAll(/\p{C}/gu, '').trim().slice(0, 60) || 'passkey'
  const added: Passkey = {
    ...{ id: credential.id, counter: credential.counter, label, added: people.now().toISOString() },
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    transports: [...(credential.transports ?? [])],
  }
  await changeOwn(people, own, signal, account => {
    if (account.passkeys.length >= perAccount) throw new BlackstartError('refused', 'Remove a passkey first.')
    if (account.passkeys.some(({ id }) => id === added.id)) throw notGood()
    account.passkeys.push(added)
  })
  await told(people, { person: own.person, from }, 'passkey-added', name, label)
}

/** Every other session of the account ends: one may have come by this passkey. */
export async function removePasskey(
  people: People,
  own: SignedIn,
  id: string,
  from: string,
  signal: AbortSignal,
): Promise<void> {
  const name = nameOf(own)
  needsProof(people, own)
  await changeOwn(people, own, signal, account => {
    const kept = account.passkeys.filter(one => one.id !== id)
    if (kept.length === account.passkeys.length) throw new BlackstartError('not-found', 'There is no such passkey.')
    account.passkeys = kept
    if (!canSignIn(account)) {
      throw new BlackstartError(
        'refused',
        'This is the only way in for this account. Add another passkey or a password first.',
      )
    }
  })
  people.sessions.endAll(own.person.id, own.session.id)
  await told(people, { person: own.person, from }, 'passkey-removed', name, '')
}

/** What a browser needs to sign in, or with a session to show again who one is. Tells nothing of who has an account. */
export async function askForPasskey(
  people: People,
  own: SignedIn | null,
  host: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  partyOf(people, host)
  const { generateAuthenticationOptions } = await webauthn()
  const options = await generateAuthenticationOptions({
    rpID: host,
    userVerification: 'required',
    challenge: new Uint8Array(people.random(32)),
    allowCredentials: (own?.account?.passkeys ?? []).map(({ id }) => ({ id })),
  })
  if (own === null) people.pending.put(options.challenge, { kind: 'sign-in', host })
  else people.pending.put(options.challenge, { kind: 'prove', session: own.session.id, host })
  return options
}

/** Signs in by a passkey alone: it verified the person itself. */
export async function signInWithPasskey(
  people: People,
  response: unknown,
  caller: Caller,
): Promise<SignInOutcome & { readonly outcome: 'signed-in' }> {
  const attempt = await begun(people, null, '', caller.from)
  const account = await verifiedAccount(people, response, null, caller.from)
  attempt.withdrawn()
  return startSession(people, account, 'passkey', caller)
}

export async function proveWithPasskey(people: People, own: SignedIn, response: unknown, from: string): Promise<void> {
  const attempt = await begun(people, null, own.person.name, from)
  const account = await verifiedAccount(people, response, own.session.id, from)
  if (account.id !== own.person.id) throw signInRefused()
  attempt.withdrawn()
  people.sessions.proven(own.session.id)
}

async function verifiedAccount(people: People, given: unknown, session: string | null, from: string): Promise<Account> {
  const response = checked(assertion, given) as AuthenticationResponseJSON
  const asked = people.pending.take(challengeOf(response.response.clientDataJSON))
  const isAsked = asked?.kind === 'sign-in' ? session === null : asked?.kind === 'prove' && asked.session === session
  if (asked === null || !isAsked || !('host' in asked)) throw tooLate()
  const { accounts } = await people.accounts.read()
  const account = accounts.find(one => one.passkeys.some(({ id }) => id === response.id))
  const passkey = account?.passkeys.find(({ id }) => id === response.id)
  const handle = response.response.userHandle
  const isTheirs = handle === undefined || handle === '' || handle === account?.id
  if (account !== undefined && passkey !== undefined && isTheirs) {
    if (await isGood(people, response, passkey, asked.host)) return account
  }
  await people.recordRefusals(people.refusals.add({ name: account?.name ?? '', from, detail: 'passkey refused' }))
  throw signInRefused()
}

/** Whether the passkey signed the challenge for this node; its counter moves on with it. */
async function isGood(
  people: People,
  response: AuthenticationResponseJSON,
  passkey: Passkey,
  host: string,
): Promise<boolean> {
  const { database } = people.state
  const known = database.prepare('select counter from counters where passkey = ?').get(passkey.id)
  const credential: WebAuthnCredential = {
    id: passkey.id,
    publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
    counter: Math.max(passkey.counter, Number(known?.counter ?? 0)),
  }
  try {
    const { verifyAuthenticationResponse } = await webauthn()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...{ response, credential, expectedRPID: host, expectedOrigin: originsOf(people, host) },
      expectedChallenge: () => true, // it was found by its challenge
      requireUserVerification: true,
    })
    if (!verified) return false
    const note = 'insert or replace into counters (passkey, counter, used) values (?, ?, ?)'
    database.prepare(note).run(passkey.id, authenticationInfo.newCounter, people.now().getTime())
    return true
  } catch (error) {
    if (error instanceof BlackstartError) throw error
    return false // whatever does not hold, the library tells by throwing
  }
}

async function verifiedRegistration(
  people: People,
  response: RegistrationResponseJSON,
  host: string,
): Promise<WebAuthnCredential> {
  const { verifyRegistrationResponse } = await webauthn()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...{ response, expectedRPID: host, expectedOrigin: originsOf(people, host) },
      expectedChallenge: () => true, // it was found by its challenge
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    if (verified) return registrationInfo.credential
  } catch (error) {
    throw notGood(error)
  }
  throw notGood()
}

function partyOf({ relyingParty }: People, host: string): RelyingParty {
  if (relyingParty?.hosts.includes(host)) return relyingParty
  const names = relyingParty?.hosts.join(', ') ?? ''
  throw new BlackstartError(
    'refused',
    names === ''
      ? 'Passkeys need a name for this node and a certificate for it.'
      : `Passkeys belong to a name, not to an address: open this page as ${names}.`,
  )
}

function originsOf(people: People, host: string): string[] {
  return partyOf(people, host).origins.filter(origin => new URL(origin).hostname === host)
}

const text = z.string().max(20_000)
const registration = z.object({
  ...{ id: text, rawId: text, type: z.literal('public-key') },
  response: z.object({ clientDataJSON: text, attestationObject: text, transports: z.array(text).max(20).optional() }),
  clientExtensionResults: z.object({}).default({}),
})
const assertion = z.object({
  ...{ id: text, rawId: text, type: z.literal('public-key') },
  response: z.object({
    ...{ clientDataJSON: text, authenticatorData: text, signature: text },
    userHandle: text.optional(),
  }),
  clientExtensionResults: z.object({}).default({}),
})

function checked<Shape>(shape: z.ZodType<Shape>, given: unknown): Shape {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  throw new BlackstartError('usage', 'This is no answer of a passkey.')
}

function challengeOf(clientDataJSON: string): string {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    return z.object({ challenge: z.string() }).parse(data).challenge
  } catch {
    throw new BlackstartError('usage', 'This is no answer of a passkey.')
  }
}

function tooLate(): BlackstartError {
  return new BlackstartError('refused', 'This took too long, or was answered already. Begin again.')
}

function notGood(cause?: unknown): BlackstartError {
  const why = cause === undefined ? '' : `: ${reasonOf(cause)}`
  return new BlackstartError('refused', `The passkey was not taken${why}. Begin again.`, { cause })
}
