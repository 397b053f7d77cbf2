/** Who acted, and from where: the journal writes `name (address)` of whoever came over the network. */
export function actorParts(actor: string): { readonly name: string; readonly from: string | null } {
  const [, name, from] = /^(.+) \(([^()]+)\)$/.exec(actor) ?? []
  return name === undefined || from === undefined ? { name: actor, from: null } : { name, from }
}
