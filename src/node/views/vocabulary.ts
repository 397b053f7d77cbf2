import type { Archive } from '../../archive/archive.ts'
import { findingCodes } from '../../policy/finding.ts'
import { domainsOf } from '../../policy/scenario.ts'
import { assetKinds, itemKinds } from '../../site/site.ts'
import type { JudgedSite } from '../judge-site.ts'

/** The words that filters and forms choose from. */
export function vocabularyOf({ connectors }: Archive, { site }: JudgedSite) {
  return {
    zones: site.zones.map(({ id, name, level }) => ({ id, name, level })),
    processes: site.processes.map(({ id, name }) => ({ id, name })),
    domains: domainsOf(site),
    places: site.places.map(({ id }) => id),
    ...{ assetKinds, itemKinds, findingCodes },
    connectors: [...connectors.keys()],
  }
}
