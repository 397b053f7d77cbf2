import type { FastifyRequest } from 'fastify'
import type { SiteNode } from '../../node/site-node.ts'
import { actorOf, type Visitor } from '../guard/visitor.ts'
import { refusal } from '../refusal.ts'

/** Whoever asks. Only in handlers of routes that need somebody. */
export function visitorIn({ visitor }: FastifyRequest): Visitor {
  if (visitor !== null) return visitor
  throw refusal('signed-out', 'Sign in first: nobody is signed in, or the session is over.')
}

/** The site's archive, in the name of whoever asks. */
export function archiveFor(node: SiteNode, request: FastifyRequest) {
  return node.archive(actorOf(visitorIn(request)))
}

export function itemIn({ asset, item }: { readonly asset: string; readonly item: string }): string {
  return `${asset}/${item}`
}
