import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { directoryWays } from '../../node/people/directory/directory.ts'
import { beginOidc, finishOidc } from '../../node/people/directory/oidc-sign-in.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { open } from '../guard/access.ts'
import { type Door, sessionCookie } from '../guard/visitor.ts'
import { refusal } from '../refusal.ts'
import { callerOf } from './session.ts'

const base = '/api/session/oidc'
/** Seconds, as the people library keeps what was begun. */
const patience = 300
/** Dialogues with the issuer at once: whoever is not signed in begins them. */
const mostAtOnce = 8

/** Signing in where the site says who vouches for people; where it does not, these addresses are none. */
export function oidcRoutes(server: Server, { people }: ApiContext, door: Door): void {
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
  const response = { 303: z.any().describe('goes elsewhere') }
  server.get(
    base,
    { config, schema: { summary: 'Sign in with OpenID Connect: goes to the issuer', response } },
    async (request, reply) => {
      const { address, state } = await dialogue(() => beginOidc(people, redirectOf(door, request)))
      return reply.header('set-cookie', stateCookie(door, state)).redirect(address, 303)
    },
  )
  server.get(
    `${base}/callback`,
    { config, schema: { summary: 'Where the issuer sends a browser back to', response } },
    async (request, reply) => {
      // good for one answer, whatever it is
      reply.header('set-cookie', stateCookie(door, null))
      const answer = { query: request.url.split('?').slice(1).join('?'), state: stateIn(door, request) }
      const { token } = await dialogue(() => finishOidc(people, answer, callerOf(request)))
      return reply.header('set-cookie', [stateCookie(door, null), sessionCookie(door, token)]).redirect('/', 303)
    },
  )
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
