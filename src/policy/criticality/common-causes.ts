import type { Asset, Score } from '../../site/site.ts'
import type { Class } from '../class.ts'
import { domainsOf, type Loss, lossName } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Criticality } from './criticality.ts'
import { classFor, highest } from './matrix.ts'
import type { CyberFacts } from './occurrence.ts'
import type { Reachability } from './reachability.ts'
import type { SeverityFacts } from './severity.ts'

/** A zone or a credential domain that fails as one, with all that is in it; scores that the site and the day alone give. */
export interface CommonCause {
  /** `zone:cell-a`, `domain:office` */
  readonly id: string
  readonly kind: 'zone' | 'domain'
  /** The zone's or the domain's own id. */
  readonly subject: string
  readonly class: Class
  readonly s: Score
  /** A common cause does not wear: always 1. */
  readonly of: Score
  readonly oc: Score
  readonly p: Score
  readonly facts: CommonCauseFacts
}

export interface CommonCauseFacts {
  /** The gravest failure mode in it, and how many assets it takes. */
  readonly s: SeverityFacts & { readonly mode: string; readonly assets: number }
  readonly of: { readonly score: Score; readonly why: string }
  readonly oc: CyberOfMany
}

/** O_c of several: the worst of the assets, or the zone that is as bad; the other is null. */
export interface CyberOfMany {
  readonly score: Score
  readonly asset: { readonly id: string; readonly cyber: CyberFacts } | null
  readonly zone: { readonly id: string; readonly reachability: Reachability } | null
}

/** What cannot be scored, and why. */
export interface Unscored {
  readonly id: string
  readonly kind: 'zone' | 'domain'
  readonly subject: string
  /** No asset is in it, or no asset in it has a failure mode. */
  readonly why: 'no-assets' | 'no-modes'
}

export interface CommonCauses {
  /** Each with what is lost by it, and its assets. */
  readonly scored: readonly { readonly cause: CommonCause; readonly loss: Loss; readonly assets: readonly Asset[] }[]
  readonly unscored: readonly Unscored[]
}

/**
 * Every zone and every credential domain as one cause (REQUIREMENTS.md, criticality): S the gravest of the modes in it; P its
 * O_c alone: a zone's is its reachability with what exposes its assets, a domain's the worst of its assets, and of the node's zone where the node
 * belongs to it.
 */
export function commonCauses({ site }: SiteIndex, criticality: Criticality): CommonCauses {
  const byZone = Map.groupBy(site.assets, ({ zone }) => zone)
  const byDomain = Map.groupBy(site.assets, ({ domain }) => domain)
  const groups = [
    ...site.zones.map(({ id }) => ({
      ...{ loss: { kind: 'zone', zone: id } as const, subject: id },
      ...{ assets: byZone.get(id) ?? [], zone: id },
    })),
    ...domainsOf(site).map(domain => ({
      ...{ loss: { kind: 'domain', domain } as const, subject: domain },
      ...{ assets: byDomain.get(domain) ?? [], zone: site.node.domain === domain ? site.node.zone : null },
    })),
  ]
  const scored: CommonCauses['scored'][number][] = []
  const unscored: Unscored[] = []
  for (const { loss, subject, assets, zone } of groups) {
    const named = { id: lossName(loss), kind: loss.kind, subject }
    const s = gravestMode(assets, criticality)
    if (s === null) unscored.push({ ...named, why: assets.length === 0 ? 'no-assets' : 'no-modes' })
    else scored.push({ cause: { ...named, ...scoresOf(s, worstCyber(assets, zone, criticality)) }, loss, assets })
  }
  return { scored, unscored }
}

const noWear = 'nothing in it wears as one'

function scoresOf(s: CommonCauseFacts['s'], oc: CyberOfMany) {
  const of: Score = 1
  const p = highest([of, oc.score])
  return {
    ...{ class: classFor(s.score, p), s: s.score, of, oc: oc.score, p },
    facts: { s, of: { score: of, why: noWear }, oc },
  }
}

function gravestMode(assets: readonly Asset[], criticality: Criticality): CommonCauseFacts['s'] | null {
  let gravest: CommonCauseFacts['s'] | null = null
  for (const asset of assets)
    for (const { id, s, facts } of criticality.modesOf(asset.id))
      if (gravest === null || s > gravest.score) gravest = { ...facts.s, mode: id, assets: assets.length }
  return gravest
}

function worstCyber(assets: readonly Asset[], zone: string | null, { cyber, reachability }: Criticality): CyberOfMany {
  const reached = zone === null ? undefined : reachability.get(zone)
  let worst: CyberOfMany = { score: 1, asset: null, zone: null }
  if (reached !== undefined) {
    const { score, causes } = reached
    worst = { score, asset: null, zone: { id: reached.zone, reachability: { score, causes } } }
  }
  for (const { id } of assets) {
    const own = cyber.get(id)
    if (own === undefined || own.score < worst.score) continue
    // what the zone explains already needs no asset
    if (own.score > worst.score || (worst.asset === null && worst.zone === null))
      worst = { score: own.score, asset: { id, cyber: own }, zone: null }
  }
  return worst
}
