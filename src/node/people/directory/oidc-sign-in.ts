import path from 'node:path'
import type { Configuration, CustomFetch } from 'openid-client'
import { BlackstartError, reasonOf, systemCode } from '../../../errors.ts'
import { readSmallFile } from '../../small-file.ts'
import { findAccount } from '../account.ts'
import { type People, sealingKey } from '../people.ts'
import { begun, signInRefused } from '../prove.ts'
import { unseal } from '../sealed.ts'
import { type Caller, type SignInOutcome, startDirectorySession } from '../sign-in.ts'
import {
  directoryTrouble,
  grantsOfGroups,
  isLoopback,
  needsTls,
  readOidc,
  type StoredOidc,
  type Vouched,
  withoutRole,
} from './directory.ts'
import { fetchFromIssuer } from './fetch-from-issuer.ts'

/** Loaded on first use. */
const library = () => import('openid-client')

/** Seconds. */
const patience = 10
const plainName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/

/**
 * Where a browser is to be sent to sign in: code flow with PKCE, state and nonce. The caller keeps `state` in a cookie of
 * this browser (`HttpOnly`, `SameSite=Lax`, five minutes) and hands it back to `finishOidc`: an answer that was begun in
 * another browser signs nobody in. `redirect`: the page of this node that the issuer knows.
 */
export async function beginOidc(
  people: People,
  redirect: string,
): Promise<{ readonly address: string; readonly state: string }> {
  const { config, settings } = await configured(people)
  const lib = await library()
  const [verifier, state, nonce] = [lib.randomPKCECodeVerifier(), lib.randomState(), lib.randomNonce()]
  people.pending.put(`oidc ${state}`, { kind: 'oidc', verifier, nonce, redirect })
  const address = lib.buildAuthorizationUrl(config, {
    ...{ redirect_uri: redirect, scope: settings.scope, state, nonce },
    code_challenge: await lib.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { address: address.href, state }
}

/** Signs in by what the issuer answered. `query`: what follows `?` in the address that the browser came back with. */
export async function finishOidc(
  people: People,
  answer: { readonly query: string; readonly state: string },
  caller: Caller,
): Promise<SignInOutcome & { readonly outcome: 'signed-in' }> {
  const attempt = await begun(people, null, '', caller.from)
  const asked = people.pending.take(`oidc ${answer.state}`)
  if (asked?.kind !== 'oidc') {
    throw new BlackstartError('refused', 'This took too long, or was begun in another browser. Begin again.')
  }
  try {
    const vouched = await vouchedBy(people, answer, asked)
    attempt.withdrawn()
    return await startDirectorySession(people, vouched, 'oidc', caller)
  } catch (error) {
    const { from } = caller
    await people.record(people.refusals.add({ name: '', from, detail: 'refused by OpenID Connect' }))
    throw error instanceof BlackstartError ? error : directoryTrouble(whyNot(error), error)
  }
}

async function vouchedBy(
  people: People,
  { query, state }: { readonly query: string; readonly state: string },
  asked: { readonly verifier: string; readonly nonce: string; readonly redirect: string },
): Promise<Vouched> {
  const { config, settings, stamp } = await configured(people)
  const lib = await library()
  const address = new URL(asked.redirect)
  address.search = query
  const checks = {
    pkceCodeVerifier: asked.verifier,
    expectedNonce: asked.nonce,
    expectedState: state,
    idTokenExpected: true,
  }
  const claims = (await lib.authorizationCodeGrant(config, address, checks)).claims()
  if (claims === undefined) throw directoryTrouble('the issuer sent no ID token')
  const name = claims[settings.nameClaim]
  if (typeof name !== 'string' || !plainName.test(name)) {
    throw directoryTrouble(`its claim ${settings.nameClaim} is no name that an account could have`)
  }
  if (findAccount(await people.accounts.read(), name) !== null) {
    throw new BlackstartError('refused', `There is a local account "${name}": sign in with its password.`)
  }
  const groups = [claims[settings.groupsClaim] ?? []].flat().filter(one => typeof one === 'string')
  const grants = grantsOfGroups(groups, settings.grants)
  if (grants.length === 0) throw withoutRole()
  return { account: `oidc:${claims.sub}`, stamp, name: name.toLowerCase(), grants }
}

/** The library says what kind of error it is, the issuer which: `invalid_client`; or the system: `ECONNREFUSED`. */
function whyNot(error: unknown): string {
  const told = error instanceof Error && 'error' in error && typeof error.error === 'string' ? error.error : null
  const word = told ?? systemCode(error instanceof Error ? error.cause : null)
  return `${reasonOf(error)}${word === null ? '' : ` (${word})`}`
}

/** The issuer's own description of itself is read for each sign-in: there are few, and its keys change. */
async function configured(people: People): Promise<{ config: Configuration; settings: StoredOidc; stamp: string }> {
  const directory = await readOidc(people)
  if (directory === null) throw signInRefused()
  const { settings, stamp } = directory
  needsTls(settings.issuer, false)
  const lib = await library()
  const issuer = new URL(settings.issuer)
  const secret = secretOf(people, settings)
  const authentication = secret === null ? lib.None() : lib.ClientSecretBasic(secret)
  const custom = { [lib.customFetch]: await fetchOf(people, settings.ca) }
  // also the signature of an ID token is checked, which the library leaves to TLS by default (OpenID Connect Core, 3.1.3.7)
  const checks = [lib.enableNonRepudiationChecks]
  const insecure = issuer.protocol === 'http:' && isLoopback(issuer.hostname)
  try {
    const config = await lib.discovery(issuer, settings.clientId, undefined, authentication, {
      ...{ timeout: patience, execute: insecure ? [...checks, lib.allowInsecureRequests] : checks },
      ...custom,
    })
    return { config, settings, stamp }
  } catch (error) {
    throw directoryTrouble(`${issuer.host}: ${whyNot(error)}`, error)
  }
}

function secretOf(people: People, { clientSecret }: StoredOidc): string | null {
  if (clientSecret === null) return null
  const secret = unseal(sealingKey(people), 'oidc client secret', clientSecret)
  if (secret === null)
    throw directoryTrouble("its client's secret is damaged, or belongs to another repository: set it again")
  return secret
}

async function fetchOf({ folder }: People, ca: string | null): Promise<CustomFetch> {
  try {
    return fetchFromIssuer(ca === null ? null : await readSmallFile(path.resolve(folder, ca)))
  } catch (error) {
    throw directoryTrouble(`the file ${ca} with its authority cannot be read`, error)
  }
}
