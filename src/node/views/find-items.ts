import { matcher, pageOfRows, type RowOrder, type RowPage, type SortKey } from './find-rows.ts'
import type { ItemFacts, PlantItem, PlantRows } from './plant-rows.ts'
import type { Sight } from './sight.ts'

export interface ItemFilter {
  readonly q?: string | undefined
  readonly zone?: readonly string[] | undefined
  readonly asset?: readonly string[] | undefined
  readonly process?: string | undefined
  readonly kind?: readonly string[] | undefined
  readonly via?: readonly string[] | undefined
  readonly class?: readonly string[] | undefined
  readonly state?: readonly string[] | undefined
  readonly sort: string
  readonly cursor?: string | undefined
  readonly limit: number
}

export type ListedItem = ItemFacts & { readonly due: string | null }
type Due = ReadonlyMap<string, Temporal.Instant>

/** `due`: when each item is captured next. */
export function findItems(rows: PlantRows, due: Due, filter: ItemFilter, sees: Sight): RowPage<ListedItem> {
  const matches = matcher(filter.q)
  const within = (list: readonly string[] | undefined, value: string) => list === undefined || list.includes(value)
  const found = rows.items.filter(({ facts, text, processes }) => {
    if (!sees(facts.zone) || !within(filter.zone, facts.zone) || !within(filter.asset, facts.asset)) return false
    if (!within(filter.kind, facts.kind) || !within(filter.via, facts.via)) return false
    if (!within(filter.class, facts.class ?? 'none')) return false
    if (filter.process !== undefined && !processes.has(filter.process)) return false
    if (filter.state !== undefined && !filter.state.some(state => isIn(facts, state))) return false
    return matches(text)
  })
  const { rows: page, ...rest } = pageOfRows(found, orderOf(filter.sort, due), filter.cursor, filter.limit)
  return { ...rest, rows: page.map(row => listed(row, due)) }
}

export function listed({ facts }: PlantItem, due: Due): ListedItem {
  return { ...facts, due: due.get(facts.id)?.toString() ?? null }
}

function isIn(facts: ItemFacts, state: string): boolean {
  if (state === 'failed') return facts.failed
  if (state === 'drifted') return facts.drifted
  if (state === 'approved') return facts.approved
  if (state === 'not-approved') return !facts.approved
  if (state === 'copies-missing') return !facts.copiesMet
  return facts.state === state
}

const grave = ['very high', 'high', 'medium', 'low']

/** The gravest first; null, of no class, comes last. */
export function rankOf(cls: string | null): number | null {
  return cls === null ? null : grave.indexOf(cls)
}

function orderOf(sort: string, due: Due): RowOrder<PlantItem> {
  const keys: Readonly<Record<string, (row: PlantItem) => SortKey>> = {
    id: () => 0,
    class: ({ facts }) => rankOf(facts.class),
    // never is longer ago than any time
    confirmed: ({ judged }) => judged.lastConfirmed?.epochMilliseconds ?? 0,
    due: ({ facts }) => due.get(facts.id)?.epochMilliseconds ?? null,
  }
  const key = keys[sort.replace(/^-/, '')] ?? (() => 0)
  return {
    list: `items by ${sort}`,
    key,
    id: ({ facts }) => facts.id,
    descending: sort.startsWith('-'),
    isSorted: sort === 'id',
  }
}
