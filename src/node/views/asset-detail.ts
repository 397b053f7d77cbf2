import { listed } from './find-items.ts'
import { noSuch } from './no-such.ts'
import type { PlantAsset, PlantRows } from './plant-rows.ts'

/** An asset with its items; `due`: when each is captured next. */
export function assetDetail(rows: PlantRows, row: PlantAsset, due: ReadonlyMap<string, Temporal.Instant>) {
  const { of, facts, own } = row
  const { serial, domain, notes, needs, exposure } = of
  return {
    ...facts,
    ...{ serial, domain, notes, needs, exposure },
    neededBy: rows.judged.site.assets.flatMap(other => (other.needs.includes(of.id) ? other.id : [])),
    rows: own.map(item => listed(item, due)),
  }
}

/** Throws `not-found`, as `itemOf` does. */
export function assetOf(rows: PlantRows, id: string, sees: (zone: string) => boolean): PlantAsset {
  const row = rows.assetsById.get(id)
  if (row !== undefined && sees(row.facts.zone)) return row
  const seen = rows.assets.flatMap(({ facts }) => (sees(facts.zone) ? [facts.id] : []))
  throw noSuch(`site.yaml has no asset ${id}.`, id, seen)
}
