import type { Actor } from '../site-node.ts'

/** `anna (10.1.3.9)`; the node's own acts bear the name that it was opened with. */
export function actorText({ name, from }: Actor): string {
  return from === null ? name : `${name} (${from})`
}

/** Who acted, and from where: the journal writes `name (address)` of whoever came over the network. */
export function actorParts(actor: string): { readonly name: string; readonly from: string | null } {
  const [, name, from] = /^(.+) \(([^()]+)\)$/.exec(actor) ?? []
  return name === undefined || from === undefined ? { name: actor, from: null } : { name, from }
}
