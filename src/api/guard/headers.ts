import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Door } from './visitor.ts'

const pages = [
  "default-src 'self'",
  // icons of the design system
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')
const answers = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

export function isApi(url: string): boolean {
  return /^\/(?:api|metrics|healthz)(?:$|[/?#])/.test(url)
}

/** What every answer carries, an error too. */
export function setHeaders(door: Door, request: FastifyRequest, reply: FastifyReply): void {
  const api = isApi(request.url)
  reply.headers({
    'content-security-policy': api ? answers : pages,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  })
  if (door.secure) reply.header('strict-transport-security', 'max-age=31536000')
  if (api) reply.header('cache-control', 'no-store')
}
