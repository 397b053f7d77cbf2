import type { Catalog } from '../../catalog/catalog.ts'
import { actorParts } from './actor-parts.ts'
import type { Sight } from './sight.ts'

/** Write-backs are rare: somebody who sees little of the site finds theirs among so many, and reads on in the journal. */
const lookedAt = 500
const shown = 10

/** What was written back to devices lately, newest first; `zoneOf` null for what the site file does not name any more. */
export async function newestWrites({ histories }: Catalog, zoneOf: (asset: string) => string | null, sees: Sight) {
  const found = await histories.newestWrites(lookedAt)
  const seen = found.filter(({ item }) => sees(zoneOf(item.split('/')[0] ?? '') ?? ''))
  return seen.slice(0, shown).map(({ item, version, time, actor, result, reason }) => {
    // from where somebody came is for whoever reads the journal
    return { item, version, time, by: actorParts(actor).name, result, reason }
  })
}
