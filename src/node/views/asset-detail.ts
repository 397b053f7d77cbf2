import { listed } from './find-items.ts'
import { noSuch } from './no-such.ts'
import type { PlantAsset, PlantRows } from './plant-rows.ts'

/** An asset with its items; `due`: when each is captured next. */
export function assetDetail(
  rows: PlantRows,
  row: PlantAsset,
  due: ReadonlyMap<string, Temporal.Instant>,
  sees: (zone: string) => boolean,
) {
  const { of, facts, own } = row
  const { serial, domain, notes, exposure } = of
  const neededBy = rows.judged.site.assets.filter(other => other.needs.includes(of.id) && sees(other.zone))
  return {
    ...facts,
    ...{ serial, domain, notes, exposure, needs: seenNeeds(rows, of, sees) },
    neededBy: neededBy.map(({ id }) => id),
    rows: own.map(item => listed(item, due)),
  }
}

/** What an asset needs, as far as somebody may know of it. */
export function seenNeeds(
  { assetsById }: PlantRows,
  { needs }: PlantAsset['of'],
  sees: (zone: string) => boolean,
): readonly string[] {
  return needs.filter(id => sees(assetsById.get(id)?.facts.zone ?? ''))
}

/** Throws `not-found`, as `itemOf` does. */
export function assetOf(rows: PlantRows, id: string, sees: (zone: string) => boolean): PlantAsset {
  const row = rows.assetsById.get(id)
  if (row !== undefined && sees(row.facts.zone)) return row
  const seen = rows.assets.flatMap(({ facts }) => (sees(facts.zone) ? [facts.id] : []))
  throw noSuch(`site.yaml has no asset ${id}.`, id, seen)
}
