import type { Conduit, Exposure, Level, Score, Site, Zone } from '../../site/site.ts'
import { highest } from './matrix.ts'

/** What made a score of reachability. */
export type ReachCause =
  /** No conduit leads in, and nothing else stands there. */
  | { readonly by: 'nothing' }
  /** Other machines of its own zone: assets, and the site node. */
  | { readonly by: 'neighbours'; readonly machines: number }
  /** The zone itself is the industrial DMZ, or lies outside the plant. */
  | { readonly by: 'level'; readonly level: Level }
  | { readonly by: 'conduit'; readonly from: string; readonly level: Level; readonly allow: readonly string[] }
  | { readonly by: 'exposure'; readonly exposure: Exposure }

export interface Reachability {
  readonly score: Score
  /** All that give this score, none that would give less. */
  readonly causes: readonly ReachCause[]
}

export interface ZoneReachability extends Reachability {
  readonly zone: string
  /**
   * The shortest way in through conduits, from the nearest zone of level 4 or 5, where there is none from the nearest of
   * level 3.5, to the zone itself; null where nothing outside leads to it.
   */
  readonly path: readonly string[] | null
}

interface Rated {
  readonly score: Score
  readonly cause: ReachCause
}

/**
 * O_c's reachability by zone (REQUIREMENTS.md, criticality), of the conduits that lead straight into it. Who else stands in
 * a zone of level 3.5 or above is not ours to know: such a zone is as reachable as its own level.
 */
export function zoneReachability(site: Site): ReadonlyMap<string, ZoneReachability> {
  const levels = new Map(site.zones.map(({ id, level }) => [id, level]))
  const into = Map.groupBy(site.conduits, ({ to }) => to)
  const machines = Map.groupBy([...site.assets.map(({ zone }) => zone), site.node.zone], zone => zone)
  const paths = pathsFromOutside(site)
  return new Map(
    site.zones.map(zone => {
      const conduits = (into.get(zone.id) ?? []).filter(({ from }) => from !== zone.id)
      const rated = [
        ...ownZone(zone, machines.get(zone.id)?.length ?? 0),
        ...conduits.map(conduit => rateConduit(conduit, levels.get(conduit.from) ?? 5)),
      ]
      return [zone.id, { zone: zone.id, ...gravest(rated), path: paths.get(zone.id) ?? null }]
    }),
  )
}

/** What the asset's own exposure makes of its zone's reachability. */
export function assetReachability(zone: Reachability, exposure: readonly Exposure[]): Reachability {
  const own = exposure.flatMap((one): Rated[] => {
    const score = waysIn[one]
    return score === undefined ? [] : [{ score, cause: { by: 'exposure', exposure: one } }]
  })
  return own.length === 0 ? zone : gravest([...zone.causes.map(cause => ({ score: zone.score, cause })), ...own])
}

const waysIn: Readonly<Partial<Record<Exposure, Score>>> = { 'remote-access': 4, 'removable-media': 4, internet: 5 }

function ownZone({ level }: Zone, machines: number): Rated[] {
  if (level > 3) return [{ score: fromLevel(level), cause: { by: 'level', level } }]
  if (machines < 2) return []
  return [{ score: 2, cause: { by: 'neighbours', machines: machines - 1 } }]
}

function rateConduit({ from, allow }: Conduit, level: Level): Rated {
  return { score: fromLevel(level), cause: { by: 'conduit', from, level, allow } }
}

function fromLevel(level: Level): Score {
  return level >= 4 ? 5 : level > 3 ? 4 : 3
}

function gravest(rated: readonly Rated[]): Reachability {
  const score = highest(rated.map(one => one.score))
  const causes = rated.filter(one => one.score === score).map(({ cause }) => cause)
  return { score, causes: causes.length === 0 ? [{ by: 'nothing' }] : causes }
}

function pathsFromOutside({ zones, conduits }: Site): ReadonlyMap<string, readonly string[]> {
  const onward = Map.groupBy(conduits, ({ from }) => from)
  const spread = (starts: readonly Zone[]): Map<string, readonly string[]> => {
    const paths = new Map<string, readonly string[]>(starts.map(({ id }) => [id, [id]]))
    // breadth first: a Map goes on over what is added meanwhile
    for (const [zone, path] of paths)
      for (const { to } of onward.get(zone) ?? []) if (!paths.has(to)) paths.set(to, [...path, to])
    return paths
  }
  const dmz = spread(zones.filter(({ level }) => level === 3.5))
  return new Map([...dmz, ...spread(zones.filter(({ level }) => level >= 4))])
}
