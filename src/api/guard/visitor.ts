import type { FastifyRequest } from 'fastify'
import type { Person } from '../../node/people/account.ts'
import { localManager } from '../../node/people/manage-people.ts'
import type { People } from '../../node/people/people.ts'
import { personOfToken } from '../../node/people/service-tokens.ts'
import { type SignedIn, signedIn } from '../../node/people/sign-in.ts'
import type { Actor } from '../../node/site-node.ts'

/** Whoever asks, and how that is known. */
export interface Visitor {
  readonly person: Person
  /** An address; `socket` for this machine's command line. */
  readonly from: string
  /** Null for a token and for the socket. */
  readonly session: { readonly token: string; readonly signedIn: SignedIn } | null
}

/** Through which listener a request came. */
export interface Door {
  readonly kind: 'tcp' | 'socket'
  /** Whether it is TLS. */
  readonly secure: boolean
  /** Names and addresses under which the node is asked for; lower case, without a port. Not asked of the socket. */
  readonly hosts: ReadonlySet<string>
}

/** Null: nobody is signed in. */
export async function visitorOf(people: People, door: Door, request: FastifyRequest): Promise<Visitor | null> {
  if (door.kind === 'socket') return localVisitor(request)
  const from = request.ip
  const token = sessionTokenOf(door, request)
  const bearer = /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) {
    const person = await personOfToken(people, bearer, from)
    return person === null ? null : { person, from, session: null }
  }
  if (token === null) return null
  const found = await signedIn(people, token)
  return found === null ? null : { person: found.person, from, session: { token, signedIn: found } }
}

const actorHeader = 'x-blackstart-actor'

/** The socket is this user's alone: whoever opens it could write the site folder by hand. */
function localVisitor({ headers }: FastifyRequest): Visitor {
  const given = headers[actorHeader]
  const name = typeof given === 'string' && /^[\w.@ -]{1,100}$/.test(given) ? given : 'local'
  return { person: localManager(name).person, from: 'socket', session: null }
}

/** With `__Host-` a browser takes it from this host alone, over TLS alone, for all paths. */
export function cookieName({ secure }: Door): string {
  return secure ? '__Host-blackstart' : 'blackstart'
}

function sessionTokenOf(door: Door, { headers }: FastifyRequest): string | null {
  const name = cookieName(door)
  for (const part of (headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value !== undefined && /^[\w-]{20,200}$/.test(value)) return value
  }
  return null
}

/** `token` null: the cookie is taken away. */
export function sessionCookie(door: Door, token: string | null): string {
  const life = token === null ? '; Max-Age=0' : ''
  return `${cookieName(door)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${door.secure ? '; Secure' : ''}${life}`
}

/** As the journal and the node know whoever asks. */
export function actorOf({ person, from }: Visitor): Actor {
  return { name: person.name, from }
}
