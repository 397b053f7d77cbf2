import type { FastifyRequest } from 'fastify'
import { isCsrfOf } from '../../node/people/session-tokens.ts'
import { refusal } from '../refusal.ts'
import type { Door, Visitor } from './visitor.ts'

export const csrfHeader = 'x-csrf-token'
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A name that some page made point here is none of ours. Throws `wrong-host`. */
export function checkHost(door: Door, { headers }: FastifyRequest): void {
  if (door.kind === 'socket') return
  const name = hostName(headers.host ?? '')
  if (name !== null && door.hosts.has(name)) return
  throw refusal('wrong-host', 'The node is not served under this name. Name it in site.yaml, or use its address.')
}

/** Without the port; null for what is no host. */
export function hostName(host: string): string | null {
  const [, name] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::\d{1,5})?$/i.exec(host) ?? []
  return name?.toLowerCase().replace(/\.$/, '') ?? null
}

/** Nothing is written because a page of another site told a browser to. Throws `forged`. */
export function checkOrigin(door: Door, request: FastifyRequest): void {
  if (door.kind === 'socket' || safe.has(request.method)) return
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin !== undefined && origin !== `${door.secure ? 'https' : 'http'}://${host}`) throw forged()
  if (site !== undefined && site !== 'same-origin') throw forged()
}

/** The page's word must come back with every write of a session. Throws `forged`. */
export function checkCsrf(visitor: Visitor | null, request: FastifyRequest): void {
  if (visitor === null || visitor.session === null || safe.has(request.method)) return
  const word = request.headers[csrfHeader]
  if (typeof word !== 'string' || !isCsrfOf(visitor.session.token, word)) throw forged()
}

function forged() {
  return refusal('forged', 'This request did not come from a page of this node. Load the page again.')
}
