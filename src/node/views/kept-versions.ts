import type { Catalog, VersionRecord } from '../../catalog/catalog.ts'
import { createCriticality } from '../../policy/criticality/criticality.ts'
import { floorOf } from '../../policy/retention/floor-of.ts'
import { type Retained, retain } from '../../policy/retention/retain.ts'
import { indexSite } from '../../policy/site-index.ts'
import { findItem } from '../../site/item-lookup.ts'
import type { Site } from '../../site/site.ts'

type ClassOf = (asset: string) => ReturnType<ReturnType<typeof createCriticality>['classOf']>

/** Why each version of an item stays, by its keep rules or the site's, and the class of its asset. Nothing is removed yet. */
export async function keptVersions(
  site: Site,
  catalog: Catalog,
  id: string,
  rows: readonly VersionRecord[],
  now: Temporal.Instant,
  classOf: ClassOf = classesOn(site, now),
): Promise<readonly Retained[]> {
  const of = findItem(site, id)
  const rules = of?.item.keep ?? site.keep
  const [approved, holds] = [await catalog.everApproved(id), await catalog.holds(id)]
  const held = new Set(holds.map(({ version }) => version))
  const versions = rows.map(row => ({
    id: row.id,
    time: Temporal.Instant.from(row.time),
    received: Temporal.Instant.from(row.received),
    equivalent: row.outcome === 'equivalent',
    approved: approved.has(row.id),
    held: held.has(row.id),
  }))
  return retain(versions, rules, floorOf(rules, of === null ? null : classOf(of.asset.id)), site.timezone, now)
}

function classesOn(site: Site, now: Temporal.Instant): ClassOf {
  const today = now.toZonedDateTimeISO(site.timezone).toPlainDate()
  const criticality = createCriticality(indexSite(site), today)
  return asset => criticality.classOf(asset)
}
