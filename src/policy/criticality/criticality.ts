import type { Asset, FailureMode, Score } from '../../site/site.ts'
import type { Class } from '../class.ts'
import type { SiteIndex } from '../site-index.ts'
import { suggestedModes } from './failure-mode-library.ts'
import { classFor, compareClasses, highest } from './matrix.ts'
import {
  type CyberFacts,
  cyberOccurrence,
  type LifeUsed,
  lifeUsed,
  type OccurrenceFacts,
  occurrence,
} from './occurrence.ts'
import { assetReachability, type ZoneReachability, zoneReachability } from './reachability.ts'
import { type SeverityFacts, severityOf } from './severity.ts'

/** A failure mode of the register with its scores, and what each rests on; plain data. */
export interface ScoredMode {
  /** `asset:mode` */
  readonly id: string
  readonly asset: string
  readonly mode: string
  /** The register's, the library's, or the mode itself. */
  readonly name: string
  readonly class: Class
  readonly s: Score
  readonly of: Score
  readonly oc: Score
  readonly p: Score
  readonly facts: { readonly s: SeverityFacts; readonly of: OccurrenceFacts; readonly oc: CyberFacts }
}

/** What the site file and the day alone tell about how critical everything is; made once a day, looked up many times. */
export interface Criticality {
  readonly today: Temporal.PlainDate
  /** In the order of the register. */
  readonly modes: readonly ScoredMode[]
  /** The gravest class of its modes; null without any. */
  classOf(assetId: string): Class | null
  /** In the order of the register. */
  modesOf(assetId: string): readonly ScoredMode[]
  /** By zone. */
  readonly reachability: ReadonlyMap<string, ZoneReachability>
  /** By asset, whether it has modes or not. */
  readonly cyber: ReadonlyMap<string, CyberFacts>
  /** By asset; those that state their life. */
  readonly lives: ReadonlyMap<string, LifeUsed>
}

export function createCriticality({ site, assets }: SiteIndex, today: Temporal.PlainDate): Criticality {
  const reachability = zoneReachability(site)
  const cyber = new Map(site.assets.map(asset => [asset.id, cyberOf(asset, reachability)]))
  const lives = new Map(
    site.assets.flatMap(asset => {
      const life = lifeUsed(asset, today)
      return life === null ? [] : [[asset.id, life] as const]
    }),
  )
  const modes = site.failureModes.flatMap(mode => {
    const [asset, oc] = [assets.get(mode.asset), cyber.get(mode.asset)]
    if (asset === undefined || oc === undefined) return [] // parseSite refuses a mode of nothing
    return scoreMode(mode, asset, occurrence(lives.get(asset.id) ?? null, mode.failed, today), oc)
  })
  const byAsset = Map.groupBy(modes, ({ asset }) => asset)
  const modesOf = (asset: string) => byAsset.get(asset) ?? []
  const byClass = new Map([...byAsset].map(([asset, own]) => [asset, gravestClass(own)]))
  return { today, modes, classOf: asset => byClass.get(asset) ?? null, modesOf, reachability, cyber, lives }
}

function cyberOf({ zone, exposure }: Asset, zones: ReadonlyMap<string, ZoneReachability>): CyberFacts {
  const { score, causes } = zones.get(zone) ?? { score: 1, causes: [] }
  return cyberOccurrence(assetReachability({ score, causes }, exposure), exposure)
}

function scoreMode(mode: FailureMode, asset: Asset, of: OccurrenceFacts, oc: CyberFacts): ScoredMode {
  const s = severityOf(mode)
  const p = highest([of.score, oc.score])
  const known = suggestedModes(asset.kind).find(({ id }) => id === mode.mode)
  return {
    ...{ id: `${asset.id}:${mode.mode}`, asset: asset.id, mode: mode.mode },
    name: mode.name ?? known?.name ?? mode.mode,
    class: classFor(s.score, p),
    ...{ s: s.score, of: of.score, oc: oc.score, p },
    facts: { s, of, oc },
  }
}

function gravestClass(modes: readonly ScoredMode[]): Class | null {
  return modes.map(mode => mode.class).sort(compareClasses)[0] ?? null
}
