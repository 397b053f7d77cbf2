import { stat } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import type { AnyConnector } from '../archive/archive.ts'
import type { SiteRecord } from '../archive/record.ts'
import { isSameContent } from '../archive/same-content.ts'
import { sitePaths } from '../archive/site-paths.ts'
import type { VerificationRecord, VersionRecord } from '../catalog/catalog.ts'
import type { CopyFacts, DrillFacts, Facts, ItemFacts, PlaceDamage, PlaceFacts } from '../policy/facts.ts'
import { itemsOf } from '../site/item-lookup.ts'
import { compareNatural } from '../site/natural-order.ts'
import type { Site } from '../site/site.ts'
import { gatherCopies } from './copy-facts.ts'
import { neededConnections } from './needed-connections.ts'
import { serviceConnections } from './service-connections.ts'
import { authorityEnd, authorityPath } from './tls/certificate-authority.ts'

type Catalog = SiteRecord['catalog']
type ItemState = Awaited<ReturnType<Catalog['states']>> extends ReadonlyMap<string, infer State> ? State : never

/** Gathers the facts of a site from its record and its folder; `repository` is the repository's folder. */
export async function gatherFacts(
  folder: string,
  site: Site,
  record: SiteRecord,
  repository: string,
  connectors: ReadonlyMap<string, AnyConnector>,
): Promise<Facts> {
  const ids = itemsOf(site).map(({ id }) => id)
  const items = await gatherItemFacts(record.catalog, site, ids)
  return { items, ...(await gatherSiteFacts(folder, site, record, repository, connectors)) }
}

/** So many items are asked for at once: some tens of milliseconds. */
const slice = 500

/**
 * Of those items; others have their turn after each slice. What changes meanwhile is in the journal's lines, by which its facts are
 * asked for again.
 */
export async function gatherItemFacts(
  catalog: Catalog,
  site: Site,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ItemFacts>> {
  const found = new Map<string, ItemFacts>()
  for (let at = 0; at < ids.length; at += slice) {
    if (at > 0) await turn()
    for (const [id, facts] of await gatherSlice(catalog, site, ids.slice(at, at + slice))) found.set(id, facts)
  }
  return found
}

async function gatherSlice(
  catalog: Catalog,
  site: Site,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ItemFacts>> {
  const states = await catalog.states(ids)
  const copies = await gatherCopies(catalog, site, states)
  return new Map([...states].map(([id, state]) => [id, itemFacts(state, copies.get(id) ?? [])]))
}

/** All but the items. */
export async function gatherSiteFacts(
  folder: string,
  site: Site,
  record: SiteRecord,
  repository: string,
  connectors: ReadonlyMap<string, AnyConnector>,
): Promise<Omit<Facts, 'items'>> {
  const paths = sitePaths(folder)
  const { catalog } = record
  const [key, data, kit] = await Promise.all([diskOf(paths.key), diskOf(repository), diskOf(paths.recoveryKit)])
  return {
    now: Temporal.Instant.fromEpochMilliseconds(record.now().getTime()),
    places: await placeFacts(catalog),
    firstVersion: instantOf(await catalog.firstCapture()),
    // nothing rehearses what people do yet
    rehearsals: new Map(),
    connections: connectionsOf(site, connectors),
    observed: (await catalog.connections()).map(({ first, last, ...to }) => ({
      ...to,
      first: Temporal.Instant.from(first),
      last: Temporal.Instant.from(last),
    })),
    services: await serviceConnections(folder, site),
    acknowledgements: (await catalog.acknowledgements()).map(({ seq: _, time, until, ...rest }) => ({
      ...rest,
      time: Temporal.Instant.from(time),
      until: Temporal.Instant.from(until),
    })),
    keyBesideData: key !== null && key === data,
    recoveryKitOnDisk: kit !== null,
    authorityEnds: await authorityEnd(authorityPath(paths.identity)),
  }
}

type Connectors = ReadonlyMap<string, AnyConnector>
const needed = new WeakMap<Connectors, WeakMap<Site, Facts['connections']>>()

/** What the site file alone says: made once for it. */
function connectionsOf(site: Site, connectors: Connectors): Facts['connections'] {
  const ofSites = needed.get(connectors) ?? new WeakMap<Site, Facts['connections']>()
  needed.set(connectors, ofSites)
  const made = ofSites.get(site) ?? neededConnections(site, connectors)
  ofSites.set(site, made)
  return made
}

/** The number of the file system on which a path lies; null where there is nothing. */
async function diskOf(path: string): Promise<number | null> {
  return stat(path).then(
    found => found.dev,
    () => null,
  )
}

function instantOf(time: string | null): Temporal.Instant | null {
  return time === null ? null : Temporal.Instant.from(time)
}

async function placeFacts(catalog: Catalog): Promise<ReadonlyMap<string, PlaceFacts>> {
  return new Map(
    [...(await catalog.verifications())].map(([place, { newest, readData }]) => [
      place,
      {
        readWhole: instantOf(readData?.time ?? null),
        // the structure alone can show damage, and cannot show that there is none
        damage: damageOf(newest) ?? damageOf(readData),
      },
    ]),
  )
}

function damageOf(verification: VerificationRecord | null): PlaceDamage | null {
  if (verification === null || verification.errors === 0) return null
  const { time, errors, behind } = verification
  return { found: Temporal.Instant.from(time), errors, without: [...behind.keys()].toSorted(compareNatural) }
}

function itemFacts(state: ItemState, copies: readonly CopyFacts[]): ItemFacts {
  const { latest, lastConfirmed, lastCapture, approved, approvedVersion, firstStored, captureTimes } = state
  const failed = lastCapture?.outcome === 'failed' ? lastCapture : null
  return {
    latest: latest === null ? null : { version: latest.id, inRepository: latest.snapshot !== null },
    lastConfirmed: lastConfirmed === null ? null : Temporal.Instant.from(lastConfirmed),
    failure:
      failed === null
        ? null
        : { time: Temporal.Instant.from(failed.time), code: failed.code ?? '', message: failed.message ?? '' },
    approved: approved?.version ?? null,
    drifted: hasDrifted(latest, approvedVersion),
    unexpected: latest?.expected === 0 && (approvedVersion === null || hasDrifted(latest, approvedVersion)),
    changedFrom: hasDrifted(latest, firstStored) ? (firstStored?.id ?? null) : null,
    drills: state.drills.map(drillFacts),
    captureTimes,
    copies,
  }
}

function hasDrifted(latest: VersionRecord | null, right: VersionRecord | null): boolean {
  if (latest === null || right === null || latest.id === right.id) return false
  return !isSameContent(latest, right)
}

function drillFacts({ time, version, passed, details }: ItemState['drills'][number]): DrillFacts {
  const value: unknown = JSON.parse(details)
  const found = value !== null && typeof value === 'object' && 'milliseconds' in value ? value.milliseconds : 0
  return {
    time: Temporal.Instant.from(time),
    version,
    passed: passed === 1,
    milliseconds: typeof found === 'number' ? found : 0,
  }
}
