import { rankOf } from './find-items.ts'
import { matcher, pageOfRows, type RowOrder, type RowPage, type SortKey } from './find-rows.ts'
import type { AssetFacts, PlantAsset, PlantRows } from './plant-rows.ts'
import type { Sight } from './sight.ts'

export interface AssetFilter {
  readonly q?: string | undefined
  readonly zone?: readonly string[] | undefined
  readonly process?: string | undefined
  readonly kind?: readonly string[] | undefined
  readonly class?: readonly string[] | undefined
  readonly state?: readonly string[] | undefined
  readonly sort: string
  readonly cursor?: string | undefined
  readonly limit: number
}

export function findAssets(rows: PlantRows, filter: AssetFilter, sees: Sight): RowPage<AssetFacts> {
  const matches = matcher(filter.q)
  const within = (list: readonly string[] | undefined, value: string) => list === undefined || list.includes(value)
  const found = rows.assets.filter(({ facts, text }) => {
    if (!sees(facts.zone) || !within(filter.zone, facts.zone) || !within(filter.kind, facts.kind)) return false
    if (!within(filter.class, facts.class ?? 'none')) return false
    if (filter.process !== undefined && !facts.processes.includes(filter.process)) return false
    if (filter.state !== undefined && !filter.state.some(state => isIn(facts, state))) return false
    return matches(text)
  })
  const { rows: page, ...rest } = pageOfRows(found, orderOf(filter.sort), filter.cursor, filter.limit)
  return { ...rest, rows: page.map(({ facts }) => facts) }
}

function isIn(facts: AssetFacts, state: string): boolean {
  if (state === 'failed') return facts.failed
  if (state === 'drifted') return facts.drifted
  return facts.state === state
}

const keys: Readonly<Record<string, (row: PlantAsset) => SortKey>> = {
  id: () => 0,
  name: ({ plainName }) => plainName,
  class: ({ facts }) => rankOf(facts.class),
  confirmed: ({ facts }) => (facts.lastConfirmed === null ? null : Date.parse(facts.lastConfirmed)),
}

function orderOf(sort: string): RowOrder<PlantAsset> {
  const key = keys[sort.replace(/^-/, '')] ?? (() => 0)
  return {
    list: `assets by ${sort}`,
    key,
    id: ({ facts }) => facts.id,
    descending: sort.startsWith('-'),
    isSorted: sort === 'id',
  }
}
