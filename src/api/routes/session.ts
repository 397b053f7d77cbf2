import type { FastifyReply, FastifyRequest } from 'fastify'
import { directoryWays } from '../../node/people/directory/directory.ts'
import { claimSite, isUnclaimed } from '../../node/people/first-administrator.ts'
import { may, type PersonAction, personActions, zonesFor } from '../../node/people/may.ts'
import { provenWithin } from '../../node/people/own-account.ts'
import { askForPasskey, proveWithPasskey, signInWithPasskey } from '../../node/people/passkeys.ts'
import { proveAgain, type SignInOutcome, signIn, signOut } from '../../node/people/sign-in.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { isTemporary, open, own, ownAlways } from '../guard/access.ts'
import { hostName } from '../guard/forged.ts'
import { type Door, sessionCookie, type Visitor } from '../guard/visitor.ts'
import { refusal } from '../refusal.ts'
import { done } from '../schema/common.ts'
import {
  firstAdministrator,
  passkeyAnswer,
  passkeyOptions,
  proof,
  proofAnswer,
  type Session,
  type SignInAnswer,
  session,
  signInAnswer,
  signIn as signInBody,
} from '../schema/session.ts'
import { visitorIn } from './asked.ts'

export function sessionRoutes(server: Server, context: ApiContext, door: Door): void {
  const { people, signal } = context
  const started = async (
    reply: FastifyReply,
    request: FastifyRequest,
    outcome: SignInOutcome,
  ): Promise<SignInAnswer> => {
    if (outcome.outcome === 'code-needed') return outcome
    const { token, signedIn } = outcome
    reply.header('set-cookie', sessionCookie(door, token))
    const visitor: Visitor = { person: signedIn.person, from: request.ip, session: { token, signedIn } }
    return { outcome: 'signed-in', session: await sessionOf(context, visitor) }
  }
  server.get(
    '/api/session',
    {
      config: { access: open },
      schema: { summary: 'Who is signed in, and what they may do', response: { 200: session } },
    },
    async request => sessionOf(context, request.visitor),
  )
  server.post(
    '/api/session',
    {
      config: { access: open },
      schema: { summary: 'Sign in with a password', body: signInBody, response: { 200: signInAnswer } },
    },
    async (request, reply) => {
      const { name, password, code = null } = request.body
      const outcome = await signIn(people, { name, password, code }, callerOf(request), signal)
      return started(reply, request, outcome)
    },
  )
  server.delete(
    '/api/session',
    { config: { access: ownAlways }, schema: { summary: 'Sign out', response: { 200: done } } },
    async (request, reply) => {
      const { session: held, from } = visitorIn(request)
      if (held !== null) await signOut(people, held.signedIn, from)
      reply.header('set-cookie', sessionCookie(door, null)).header('clear-site-data', '"cache"')
      return { done: true } as const
    },
  )
  server.post(
    '/api/session/passkey/options',
    {
      config: { access: open },
      schema: { summary: 'What a browser needs to ask for a passkey', response: { 200: passkeyOptions } },
    },
    async request => {
      const host = hostName(request.headers.host ?? '') ?? ''
      const options = await askForPasskey(people, request.visitor?.session?.signedIn ?? null, host)
      return { options: { ...options } }
    },
  )
  server.post(
    '/api/session/passkey',
    {
      config: { access: open },
      schema: { summary: 'Sign in with a passkey', body: passkeyAnswer, response: { 200: signInAnswer } },
    },
    async (request, reply) =>
      started(reply, request, await signInWithPasskey(people, request.body.credential, callerOf(request))),
  )
  proofRoutes(server, context)
  server.post(
    '/api/first-administrator',
    {
      config: { access: open },
      schema: {
        summary: 'Make the first account with the token that the node printed',
        body: firstAdministrator,
        response: { 200: signInAnswer },
      },
    },
    async (request, reply) => {
      const { token, name, displayName: display, password } = request.body
      const typed = { token, name, display, password }
      return started(reply, request, await claimSite(people, typed, callerOf(request), signal))
    },
  )
}

/** Showing again who one is, before a device is written to. */
function proofRoutes(server: Server, { people, signal }: ApiContext): void {
  server.post(
    '/api/session/proof',
    {
      config: { access: own },
      schema: { summary: 'Show again who one is, by password', body: proof, response: { 200: proofAnswer } },
    },
    async request => {
      const { password, code = null } = request.body
      const outcome = await proveAgain(people, sessionIn(request), { password, code }, request.ip, signal)
      return { outcome }
    },
  )
  server.post(
    '/api/session/proof/passkey',
    {
      config: { access: own },
      schema: { summary: 'Show again who one is, by passkey', body: passkeyAnswer, response: { 200: proofAnswer } },
    },
    async request => {
      await proveWithPasskey(people, sessionIn(request), request.body.credential, request.ip)
      return { outcome: 'proven' } as const
    },
  )
}

/** The session of whoever asks; a token and the socket have none. */
export function sessionIn(request: FastifyRequest) {
  const { session: held } = visitorIn(request)
  if (held !== null) return held.signedIn
  throw refusal('forbidden', 'This is done by a person who is signed in.')
}

export function callerOf(request: FastifyRequest) {
  return { from: request.ip, agent: (request.headers['user-agent'] ?? '').slice(0, 200) }
}

async function sessionOf(context: ApiContext, visitor: Visitor | null): Promise<Session> {
  const { people, node, version } = context
  const { site } = node.site()
  const first = await isUnclaimed(people)
  const ways = ['password', 'passkey', ...(await directoryWays(people))] as const
  const common = { first, ways, version, timezone: site.timezone }
  if (visitor === null) {
    // whoever is not signed in learns no more than the name
    return { ...common, person: null, csrf: null, site: site.name }
  }
  return {
    ...common,
    site: site.name,
    person: personOf(context, visitor),
    csrf: visitor.session?.signedIn.csrf ?? null,
  }
}

function personOf({ people }: ApiContext, visitor: Visitor): Session['person'] {
  const { person, session: held } = visitor
  const account = held?.signedIn.account ?? null
  const until = held === null ? 0 : held.signedIn.session.proven + provenWithin
  const { name, kind, grants } = person
  return {
    ...{ name, kind, grants, displayName: account?.display ?? name },
    may: rightsOf(person),
    mustChangePassword: isTemporary(visitor),
    hasTotp: account?.hasTotp ?? false,
    passkeys: account?.passkeys.length ?? 0,
    provenUntil: until > people.now().getTime() ? new Date(until).toISOString() : null,
    ends: held?.signedIn.ends ?? null,
  }
}

function rightsOf(person: Visitor['person']) {
  const somewhere = (action: PersonAction) => {
    const zones = zonesFor(person, action)
    return zones === 'all' || zones.length > 0
  }
  return {
    everywhere: personActions.filter(action => may(person, action, null)),
    somewhere: personActions.filter(somewhere),
  }
}
