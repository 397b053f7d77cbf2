import type { Archive } from '../../archive/archive.ts'
import { findingCodes } from '../../policy/finding.ts'
import { domainsOf } from '../../policy/scenario.ts'
import { assetKinds, itemKinds } from '../../site/site.ts'
import type { JudgedSite } from '../judge-site.ts'
import { seesProcess } from './plant-rows.ts'
import { everywhere, type Sight } from './sight.ts'

/** The words that filters and forms choose from; domains and places are of the whole site. */
export function vocabularyOf({ connectors }: Archive, { site, index }: JudgedSite, sees: Sight) {
  const whole = sees === everywhere
  return {
    zones: site.zones.filter(({ id }) => sees(id)).map(({ id, name, level }) => ({ id, name, level })),
    processes: site.processes
      .filter(({ id }) => seesProcess({ index }, sees, id))
      .map(({ id, name }) => ({ id, name })),
    domains: whole ? domainsOf(site) : [],
    places: whole ? site.places.map(({ id }) => id) : [],
    ...{ assetKinds, itemKinds, findingCodes },
    connectors: [...connectors.keys()],
  }
}
