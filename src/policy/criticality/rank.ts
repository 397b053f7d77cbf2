import { compareNatural } from '../../site/natural-order.ts'
import type { Score } from '../../site/site.ts'
import type { Class } from '../class.ts'
import type { Facts } from '../facts.ts'
import { compareText } from '../finding.ts'
import { survives } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import { type CommonCause, commonCauses, type Unscored } from './common-causes.ts'
import type { Criticality, ScoredMode } from './criticality.ts'
import { type Deficit, deficitOf, placesById } from './deficit.ts'
import { compareClasses, fillMatrix, type MatrixCell } from './matrix.ts'
import type { ZoneReachability } from './reachability.ts'

/** What the order looks at. */
export interface Ordered {
  readonly id: string
  readonly kind: 'mode' | 'zone' | 'domain'
  readonly class: Class
  readonly s: Score
  readonly p: Score
  readonly d: Score
  /** Of the MTD, in milliseconds; negative where it is exceeded, null where it is not known. */
  readonly slack: number | null
}

interface Recoverability {
  readonly d: Score
  readonly slack: number | null
  readonly deficit: Deficit
}

/** A failure mode or a common cause, with everything that its rank rests on; plain data. */
export type RankedCause = (({ readonly kind: 'mode' } & ScoredMode) | CommonCause) & Recoverability

export interface Ranking {
  /** All 25 cells with the causes in each, the gravest severity first. */
  readonly matrix: readonly MatrixCell[]
  /** What matters most first. */
  readonly causes: readonly RankedCause[]
  readonly unscored: readonly Unscored[]
  /** In the order of the file. */
  readonly zones: readonly ZoneReachability[]
  /** Assets that have no failure mode in the register, in the order of the file. */
  readonly withoutModes: readonly string[]
}

/** Class, S and P and D with the greatest first, then the smallest slack, what is not known last, then the id: a total order. */
export function compareCauses(a: Ordered, b: Ordered): number {
  return (
    compareClasses(a.class, b.class) ||
    b.s - a.s ||
    b.p - a.p ||
    b.d - a.d ||
    compareSlack(a.slack, b.slack) ||
    compareNatural(a.id, b.id) ||
    compareText(a.kind, b.kind) // an asset may be called "zone"
  )
}

/** Milliseconds; null comes last. */
function compareSlack(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Ranks again and again: what the site file and the day alone give is made once. `slackOf` tells what of the MTD is left
 * once an asset was recovered, in milliseconds; null where it is not known.
 */
export function createRanking(index: SiteIndex, criticality: Criticality) {
  const { site } = index
  const { classOf } = criticality
  const common = commonCauses(index, criticality)
  const places = placesById(site.places)
  const withoutModes = site.assets.filter(({ id }) => classOf(id) === null).map(({ id }) => id)

  return (facts: Pick<Facts, 'items' | 'now'>, slackOf: (asset: string) => number | null): Ranking => {
    const everywhere = { facts, places, counts: () => true }
    const byAsset = new Map<string, Recoverability>()
    const recoverabilityOf = (id: string): Recoverability | null => {
      const [before, asset] = [byAsset.get(id), index.assets.get(id)]
      if (before !== undefined || asset === undefined) return before ?? null
      const deficit = deficitOf([asset], classOf, everywhere)
      if (deficit === null) return null
      const made = { d: deficit.score, slack: slackOf(id), deficit }
      byAsset.set(id, made)
      return made
    }
    const modes = criticality.modes.flatMap((mode): RankedCause[] => {
      const recoverability = recoverabilityOf(mode.asset)
      return recoverability === null ? [] : [{ kind: 'mode', ...mode, ...recoverability }]
    })
    const causes = common.scored.flatMap(({ cause, loss, assets }): RankedCause[] => {
      const scope = { ...everywhere, counts: survivors(index, loss) }
      const deficit = deficitOf(assets, classOf, scope)
      const slacks = assets.flatMap(({ id }) => slackOf(id) ?? [])
      const slack = slacks.reduce<number | null>((least, one) => (least === null || one < least ? one : least), null)
      return deficit === null ? [] : [{ ...cause, d: deficit.score, slack, deficit }]
    })
    const all = [...modes, ...causes].sort(compareCauses)
    return {
      ...{ matrix: fillMatrix(all), causes: all, unscored: common.unscored },
      ...{ zones: [...criticality.reachability.values()], withoutModes },
    }
  }
}

/** Whether a place outlives the loss; looked up once for each place. */
function survivors({ site }: SiteIndex, loss: Parameters<typeof survives>[2]) {
  const left = new Set(site.places.filter(place => survives(site, place, loss)).map(({ id }) => id))
  return ({ id }: { readonly id: string }) => left.has(id)
}
