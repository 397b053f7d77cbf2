import type { ItemJudgement } from '../../policy/verdict/judge-item.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import { compareNatural } from '../../site/natural-order.ts'
import type { Asset, Level, Site } from '../../site/site.ts'
import type { Judged } from '../site-node.ts'
import { findingDigest } from './finding-digest.ts'
import { everywhere, oncePerSight, type Sight } from './sight.ts'

/** How fresh an item is. `never`: no version of it exists. */
export type ItemFreshness = 'fresh' | 'stale' | 'never'
/** The worst of an asset's items. `bare`: nothing of it is backed up. */
export type Freshness = ItemFreshness | 'bare'
type Class = ItemJudgement['class']
type JudgedItemFacts = Judged['facts']['items'] extends ReadonlyMap<string, infer One> ? One : never

/** What lists show of an item and what changes with a judgement only; ISO 8601 and milliseconds. */
export interface ItemFacts {
  readonly id: string
  readonly asset: string
  readonly assetName: string | null
  readonly kind: string
  readonly via: string
  readonly zone: string
  readonly class: Class
  readonly state: ItemFreshness
  readonly failed: boolean
  readonly drifted: boolean
  /** It has changed, and no version of it is approved. */
  readonly changed: boolean
  readonly approved: boolean
  readonly lastConfirmed: string | null
  readonly latest: string | null
  readonly copies: number
  readonly copiesMet: boolean
  readonly interval: number
}

export interface AssetFacts {
  readonly id: string
  readonly name: string | null
  readonly kind: string
  readonly zone: string
  readonly zoneName: string | null
  readonly level: Level
  readonly vendor: string | null
  readonly model: string | null
  readonly firmware: string | null
  readonly address: string | null
  readonly class: Class
  readonly state: Freshness
  readonly failed: boolean
  readonly drifted: boolean
  /** It has changed, and no version of it is approved. */
  readonly changed: boolean
  readonly items: number
  readonly lastConfirmed: string | null
  readonly findings: number
  readonly processes: readonly string[]
}

/** A row with what it is searched by: lower case, made once. */
export interface Searchable<Facts> {
  readonly facts: Facts
  readonly text: string
}
export interface PlantItem extends Searchable<ItemFacts> {
  readonly of: AssetItem
  readonly judged: ItemJudgement
  /** What it was judged from. */
  readonly known: JudgedItemFacts | undefined
  readonly processes: ReadonlySet<string>
}
export interface PlantAsset extends Searchable<AssetFacts> {
  readonly of: Asset
  /** As it is sorted by: without accents. */
  readonly plainName: string | null
  readonly own: readonly PlantItem[]
}

/** Every row of a site after one judgement. */
export interface PlantRows {
  readonly judged: Judged
  /** By id. */
  readonly items: readonly PlantItem[]
  readonly itemsById: ReadonlyMap<string, PlantItem>
  /** By id. */
  readonly assets: readonly PlantAsset[]
  readonly assetsById: ReadonlyMap<string, PlantAsset>
}

const made = new WeakMap<Judged, PlantRows>()
/** Of each site, the rows that were made last: an item that was not judged anew keeps its own. */
const before = new WeakMap<Site, PlantRows>()

/** Made once for a judgement, however often it is asked for. */
export function plantRows(judged: Judged): PlantRows {
  const known = made.get(judged)
  if (known !== undefined) return known
  const rows = makeRows(judged, before.get(judged.site))
  made.set(judged, rows)
  before.set(judged.site, rows)
  return rows
}

function makeRows(judged: Judged, last: PlantRows | undefined): PlantRows {
  const { judgement, site } = judged
  const sorted = sortedOf(judged)
  const zones = new Map(site.zones.map(zone => [zone.id, zone]))
  const judgements = new Map(judgement.items.map(one => [one.item, one]))
  const items = sorted.items.flatMap((of): PlantItem[] => {
    const one = judgements.get(of.id)
    if (one === undefined) return []
    const row = last?.itemsById.get(of.id)
    const same = row?.judged === one && row.known === judged.facts.items.get(of.id) && row.of === of
    return [same ? row : plantItem(judged, of, one, zones)]
  })
  const ofAsset = Map.groupBy(items, ({ of }) => of.asset.id)
  const findings = findingDigest(judged).openOf
  const assets = sorted.assets.map(asset => {
    const own = ofAsset.get(asset.id) ?? []
    const row = last?.assetsById.get(asset.id)
    const same =
      row?.of === asset &&
      row.facts.findings === (findings.get(asset.id) ?? 0) &&
      row.facts.class === judgement.criticality.classOf(asset.id) &&
      isSame(row.own, own)
    return same ? row : plantAsset(judged, asset, own, { zones, findings })
  })
  return {
    ...{ judged, items, assets },
    itemsById: new Map(items.map(row => [row.facts.id, row])),
    assetsById: new Map(assets.map(row => [row.facts.id, row])),
  }
}

function isSame(a: readonly PlantItem[], b: readonly PlantItem[]): boolean {
  return a.length === b.length && a.every((row, at) => row === b[at])
}

interface Sorted {
  readonly items: readonly AssetItem[]
  readonly assets: readonly Asset[]
}

/** Sorted once for a site. */
const sortedBySite = new WeakMap<Judged['index'], Sorted>()

function sortedOf({ site, index }: Judged): Sorted {
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => compareNatural(a.id, b.id)
  const known = sortedBySite.get(index) ?? { items: index.items.toSorted(byId), assets: site.assets.toSorted(byId) }
  sortedBySite.set(index, known)
  return known
}

type Zones = ReadonlyMap<string, Site['zones'][number]>

function plantItem({ facts, index }: Judged, of: AssetItem, judged: ItemJudgement, zones: Zones): PlantItem {
  const { asset, item, id } = of
  const known = facts.items.get(id)
  const row: ItemFacts = {
    ...{ id, asset: asset.id, assetName: asset.name, kind: item.kind, via: item.via, zone: asset.zone },
    class: judged.class,
    state: known?.latest === null || known === undefined ? 'never' : judged.fresh ? 'fresh' : 'stale',
    failed: known !== undefined && known.failure !== null,
    drifted: judged.drifted,
    changed: judged.changedFrom !== null,
    approved: judged.approved !== null,
    lastConfirmed: judged.lastConfirmed?.toString() ?? null,
    latest: known?.latest?.version ?? null,
    copies: judged.copies.copies.length,
    copiesMet: judged.copies.met,
    interval: judged.schedule.interval.total('milliseconds'),
  }
  const words = [id, asset.name, item.kind, item.via, asset.zone, zones.get(asset.zone)?.name, asset.kind]
  const processes = new Set((index.processesOfItem.get(id) ?? []).map(process => process.id))
  return { facts: row, text: searchText(words), of, judged, known, processes }
}

const worst = ['never', 'stale', 'fresh'] as const

function plantAsset(
  { index, judgement }: Judged,
  of: Asset,
  own: readonly PlantItem[],
  { zones, findings }: { readonly zones: Zones; readonly findings: ReadonlyMap<string, number> },
): PlantAsset {
  const zone = zones.get(of.zone)
  const { id, name, kind, vendor, model, firmware, address } = of
  const confirmed = own.flatMap(({ facts }) => facts.lastConfirmed ?? []).sort()
  const facts: AssetFacts = {
    ...{ id, name, kind, vendor, model, firmware, address, zone: of.zone },
    zoneName: zone?.name ?? null,
    level: zone?.level ?? 0,
    class: judgement.criticality.classOf(id),
    state: worst.find(state => own.some(row => row.facts.state === state)) ?? 'bare',
    failed: own.some(row => row.facts.failed),
    drifted: own.some(row => row.facts.drifted),
    changed: own.some(row => row.facts.changed),
    items: own.length,
    // the oldest: the asset is as fresh as what of it was read longest ago
    lastConfirmed: confirmed[0] ?? null,
    findings: findings.get(id) ?? 0,
    processes: (index.processesOfAsset.get(id) ?? []).map(process => process.id),
  }
  const words = [id, name, kind, vendor, model, of.serial, firmware, address, of.zone, zone?.name]
  const plainName = name?.normalize('NFD').replace(/\p{Mark}/gu, '') ?? null
  return { facts, text: searchText(words), of, plainName, own }
}

function searchText(words: readonly (string | null | undefined)[]): string {
  return words
    .flatMap(word => word ?? [])
    .join('\n')
    .toLowerCase()
}

/** Null: all there are, those of before too. */
export const seenItems = oncePerSight(({ items }: PlantRows, sees: Sight): readonly string[] | null =>
  sees === everywhere ? null : items.flatMap(({ facts }) => (sees(facts.zone) ? [facts.id] : [])),
)

/** Whether a text on a process names what it needs in zones that somebody does not see. */
export function namesUnseen({ index }: Pick<Judged, 'index'>, sees: Sight, process: string, text: string): boolean {
  if (sees === everywhere) return false
  const needed = index.needsOf.get(process)?.assets ?? []
  return needed.some(({ id, zone }) => !sees(zone) && text.includes(id))
}

/** Whether somebody sees something that a process needs. */
export function seesProcess({ index }: Pick<Judged, 'index'>, sees: Sight, process: string): boolean {
  return sees === everywhere || (index.needsOf.get(process)?.assets.some(({ zone }) => sees(zone)) ?? false)
}
