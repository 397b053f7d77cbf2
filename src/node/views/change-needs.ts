import type { Archive } from '../../archive/archive.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { ItemChange } from '../../catalog/histories.ts'
import type { Judged } from '../site-node.ts'
import type { Need } from './overview.ts'

type Words = Pick<Need, 'id' | 'kind' | 'severity' | 'what' | 'remedy'>

/** Which of its changes are to be told. */
export interface Changes {
  readonly isDrifted: boolean
  readonly isUnexpected: boolean
  readonly isUnapproved: boolean
}

/** One change is one need, told in its gravest words. */
export function changeNeed(item: string, { isDrifted, isUnexpected, isUnapproved }: Changes): Words | null {
  const common = { remedy: '', severity: 'high' } as const
  if (isUnexpected) {
    const also = isDrifted ? ', and differs from its approved version' : ''
    const what = `${item} was changed outside its change windows${also}.`
    return { ...common, id: `unexpected:${item}`, kind: 'unexpected', what }
  }
  if (isDrifted) {
    return { ...common, id: `drift:${item}`, kind: 'drift', what: `${item} differs from its approved version.` }
  }
  if (!isUnapproved) return null
  const what = `${item} has changed, and no version of it is approved.`
  return { ...common, id: `unapproved:${item}`, kind: 'unapproved', severity: 'medium', what }
}

/** Says of changes since when they are there, and which version is to be written back. */
export async function withChanges(
  { record }: Archive,
  { facts }: Judged,
  needs: readonly Need[],
): Promise<readonly Need[]> {
  const items = needs.flatMap(({ kind, item }) => (item !== null && isChange(kind) ? [item] : []))
  if (items.length === 0) return needs
  const changes = await changesOf(record.catalog, facts.items, items)
  return needs.map(need => {
    const change = isChange(need.kind) ? changes.get(need.item ?? '') : undefined
    if (change === undefined) return need
    return { ...need, since: sinceOf(need, change), remedy: remedyOf(need, change) }
  })
}

interface Known {
  /** The newest and the approved version: while they are the same, so is what follows from them. */
  readonly of: string
  readonly change: ItemChange
}

const held = new WeakMap<Catalog, Map<string, Known>>()

async function changesOf(
  catalog: Catalog,
  facts: Judged['facts']['items'],
  items: readonly string[],
): Promise<ReadonlyMap<string, ItemChange>> {
  const known = held.get(catalog) ?? new Map<string, Known>()
  held.set(catalog, known)
  const keyOf = (item: string) => {
    const own = facts.get(item)
    return `${own?.latest?.version} ${own?.approved}`
  }
  const asked = items.filter(item => known.get(item)?.of !== keyOf(item))
  if (asked.length > 0) {
    for (const change of await catalog.histories.changes(asked)) {
      known.set(change.item, { of: keyOf(change.item), change })
    }
  }
  return new Map(
    items.flatMap(item => {
      const change = known.get(item)?.change
      return change === undefined ? [] : [[item, change] as const]
    }),
  )
}

function isChange(kind: Need['kind']): boolean {
  return kind === 'drift' || kind === 'unexpected' || kind === 'unapproved'
}

function sinceOf({ kind }: Need, { latest, differs }: ItemChange): string {
  return kind === 'drift' ? (differs ?? latest) : latest
}

/** Never by a word that means another version after the next capture: what is read here may be done an hour later. */
function remedyOf({ kind, item }: Need, { differs, previous }: ItemChange): string {
  const first = kind === 'unexpected' ? 'Find out who changed it' : 'Read the difference'
  const approve = `${first}; then approve what the device holds`
  if (differs !== null) return `${approve}, or write the approved version back.`
  return previous === null ? `${approve}.` : `${approve}, or write ${item}@${previous} back.`
}
