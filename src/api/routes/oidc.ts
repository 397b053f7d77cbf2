import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import { directoryWays } from '../../node/people/directory/directory.ts'
import { beginOidc, finishOidc } from '../../node/people/directory/oidc-sign-in.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { open } from '../guard/access.ts'
import { type Door, sessionCookie } from '../guard/visitor.ts'
import { refusal } from '../refusal.ts'
import { sendErrorToPage } from '../send-error.ts'
import { callerOf } from './session.ts'

const base = '/api/session/oidc'
/** Seconds, as the people library keeps what was begun. */
const patience = 300
/** Dialogues with the issuer at once: whoever is not signed in begins them. */
const mostAtOnce = 8

/** Signing in where the site says who vouches for people; where it does not, these addresses are none. */
export function oidcRoutes(server: Server, context: ApiContext, door: Door): void {
  const { people } = context
  let going = 0
  const dialogue = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    if (!(await directoryWays(people)).includes('oidc')) throw refusal('no-route', 'There is nothing at this address.')
    if (going >= mostAtOnce) throw refusal('busy', 'Too many sign in right now. Try again in a moment.')
    going += 1
    try {
      return await ask()
    } finally {
      going -= 1
    }
  }
  const config = { access: open }
  // a person is led back to where one signs in, with a word of ours: what the issuer said stays outside
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendErrorToPage(context, error, request, reply, code => `/?refused=${reasonOf(error, code, request)}`)
  const response = { 303: z.any().describe('goes elsewhere') }
  server.get(
    base,
    { config, errorHandler, schema: { summary: 'Sign in with OpenID Connect: goes to the issuer', response } },
    async (request, reply) => {
      const { address, state } = await dialogue(() => beginOidc(people, redirectOf(door, request)))
      return reply.header('set-cookie', stateCookie(door, state)).redirect(address, 303)
    },
  )
  server.get(
    `${base}/callback`,
    { config, errorHandler, schema: { summary: 'Where the issuer sends a browser back to', response } },
    async (request, reply) => {
      // good for one answer, whatever it is
      reply.header('set-cookie', stateCookie(door, null))
      const answer = { query: request.url.split('?').slice(1).join('?'), state: stateIn(door, request) }
      const isLate = people.pending.look(`oidc ${answer.state}`) === null
      const { token } = await dialogue(() => finishOidc(people, answer, callerOf(request))).catch((error: unknown) => {
        throw isLate ? asLate(error) : error
      })
      return reply.header('set-cookie', [stateCookie(door, null), sessionCookie(door, token)]).redirect('/', 303)
    },
  )
}

/** Why nobody was signed in, as the pages know it (`web/session/refused-word.ts`). */
function reasonOf(error: unknown, code: string, { url }: FastifyRequest): string {
  // RFC 6749, 4.1.2.1
  if (new URLSearchParams(url.split('?')[1]).get('error') === 'access_denied') return 'oidc-denied'
  if (code === 'sign-in-refused') return 'oidc-no-role'
  if (code !== 'refused') return code
  if (!(error instanceof BlackstartError)) return code
  if (error.retry) return 'oidc-trouble'
  return error.facts.oidc === 'late' ? 'oidc-late' : 'oidc-local-account'
}

/** The same refusal, with the fact that nothing was waiting for this answer. */
function asLate(error: unknown): unknown {
  if (!(error instanceof BlackstartError) || error.code !== 'refused' || error.retry) return error
  return new BlackstartError(error.code, error.message, { cause: error, facts: { ...error.facts, oidc: 'late' } })
}

/** At the name that the browser asked for, which is one of ours. */
function redirectOf({ secure }: Door, { headers }: FastifyRequest): string {
  return `${secure ? 'https' : 'http'}://${headers.host ?? 'localhost'}${base}/callback`
}

function cookieName({ secure }: Door): string {
  return secure ? '__Host-blackstart-oidc' : 'blackstart-oidc'
}

/** `Lax`: it comes along when the issuer sends the browser back. Null: it is taken away. */
function stateCookie(door: Door, state: string | null): string {
  const life = state === null ? 0 : patience
  return `${cookieName(door)}=${state ?? ''}; Path=/; HttpOnly; SameSite=Lax${door.secure ? '; Secure' : ''}; Max-Age=${life}`
}

/** Empty where the browser began nothing. */
function stateIn(door: Door, { headers }: FastifyRequest): string {
  const name = cookieName(door)
  for (const part of (headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value !== undefined && /^[\w-]{20,200}$/.test(value)) return value
  }
  return ''
}
