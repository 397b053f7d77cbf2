import { dataKindOf } from '../../site/data-kind.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import { listed } from '../../site/problem.ts'
import type { DataKind, ItemKind, Process } from '../../site/site.ts'
import type { SiteIndex } from '../site-index.ts'

const words: Readonly<Record<ItemKind, string>> = {
  program: 'program',
  project: 'project',
  configuration: 'configuration',
  parameters: 'parameters',
  recipes: 'recipes',
  database: 'database',
  image: 'disk image',
  firmware: 'firmware',
  secrets: 'keys and passwords',
  certificates: 'certificates',
  licences: 'licences',
  data: 'data',
  logs: 'logs',
  documents: 'documents',
  other: 'files',
}

/** Assets that a sentence names; the others are counted. */
const named = 3

/** The kinds of data that the process needs; what it says of itself where it needs no item yet. */
export function neededKinds(index: SiteIndex, process: Process): readonly DataKind[] {
  const items = index.needsOf.get(process.id)?.items ?? []
  const found = new Set(items.map(({ item }) => dataKindOf(item)))
  if (found.size === 0) return [process.data]
  return (['configuration', 'history'] as const).filter(kind => found.has(kind))
}

/** `the program and recipes of Filler PLC and the project of Filler panel`; of one kind of data, or of all with null. */
export function neededWords(index: SiteIndex, process: Process, kind: DataKind | null): string {
  const items = (index.needsOf.get(process.id)?.items ?? []).filter(
    ({ item }) => kind === null || dataKindOf(item) === kind,
  )
  const groups = [...Map.groupBy(items, of => of.asset)]
  if (groups.length === 0) return `the data of ${process.name ?? process.id}`
  const shown = groups.length > named + 1 ? groups.slice(0, named) : groups
  const parts = shown.map(([asset, own]) => `the ${itemWords(own)} of ${asset.name ?? asset.id}`)
  const rest = groups.length - shown.length
  return listed(rest === 0 ? parts : [...parts, `what ${rest} further assets hold`])
}

function itemWords(items: readonly AssetItem[]): string {
  return listed([...new Set(items.map(({ item }) => words[item.kind]))])
}
