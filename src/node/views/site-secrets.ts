import type { Archive } from '../../archive/archive.ts'
import { BlackstartError } from '../../errors.ts'
import { namedSecrets } from '../../site/named-secrets.ts'
import { compareNatural } from '../../site/natural-order.ts'
import type { SiteNode } from '../site-node.ts'
import { plantRows } from './plant-rows.ts'
import { secretNames } from './secret-names.ts'

interface NamedSecret {
  readonly name: string
  /** ISO 8601; null where it is missing. */
  set: string | null
  readonly items: string[]
  /** What else of site.yaml names it: `trigger hook-1`. */
  readonly others: string[]
}

/** Every secret that is set, or that something of the site asks for; the missing ones first. Values are never read. */
export function secretRows(node: SiteNode, { secrets }: Pick<Archive, 'secrets'>): readonly NamedSecret[] {
  const found = new Map<string, NamedSecret>()
  const row = (name: string) => {
    const known = found.get(name) ?? { name, set: null, items: [], others: [] }
    found.set(name, known)
    return known
  }
  const held = secrets.list()
  for (const { name, set } of held) row(name).set = set
  const names = new Set(held.map(({ name }) => name))
  const judged = node.judged()
  for (const { of } of plantRows(judged).items) {
    const failure = judged.facts.items.get(of.id)?.failure?.code ?? null
    for (const { name } of secretNames(names, of, failure)) row(name).items.push(of.id)
  }
  const { triggers, notify } = node.site().site
  for (const { id, ...rest } of triggers) {
    for (const { name } of namedSecrets(rest)) row(name).others.push(`trigger ${id}`)
  }
  for (const { id, ...rest } of notify.channels) {
    for (const { name } of namedSecrets(rest)) row(name).others.push(`notify ${id}`)
  }
  const missingFirst = (a: NamedSecret, b: NamedSecret) => Number(a.set !== null) - Number(b.set !== null)
  return [...found.values()].sort((a, b) => missingFirst(a, b) || compareNatural(a.name, b.name))
}

/** Sets a secret, in the name of whoever the archive records for; what is read from then on is read with it. */
export async function setSecret(archive: Archive, name: string, value: string, signal: AbortSignal): Promise<void> {
  await archive.secrets.set(name, value, archive.now())
  await archive.record.add([{ type: 'secret', action: 'set', name }], signal)
}

/** Throws `not-found`. */
export async function removeSecret(archive: Archive, name: string, signal: AbortSignal): Promise<void> {
  if (!(await archive.secrets.remove(name))) throw new BlackstartError('not-found', `No secret "${name}" is set.`)
  await archive.record.add([{ type: 'secret', action: 'removed', name }], signal)
}
