import { mtdlOf } from '../site/data-kind.ts'
import type { Asset, Process } from '../site/site.ts'
import { isAhead } from './clock.ts'
import type { Facts, ItemFacts } from './facts.ts'
import { type Loss, lossName, survives } from './scenario.ts'
import type { SiteIndex } from './site-index.ts'
import { lostAssets, type Measured, type RecoveryTime, restoreTime, worstRecovery } from './verdict/recovery-time.ts'

/** What becomes of the site once something is lost, now. Milliseconds. */
export interface WhatIf {
  /** As `--lose` takes it. */
  readonly lose: string
  readonly assetsLost: readonly string[]
  readonly placesLost: readonly string[]
  readonly placesLeft: readonly string[]
  /** Whether the site node itself is lost, and has to be set up anew first. */
  readonly nodeLost: boolean
  readonly processes: readonly ProcessAfter[]
}

export interface ProcessAfter {
  readonly id: string
  readonly name: string | null
  /**
   * `runs-on`: nothing that it needs is lost · `comes-back`: a verified copy of everything that is lost would be left ·
   * `in-part`: of some of it · `gone`: of nothing.
   */
  readonly outcome: 'runs-on' | 'comes-back' | 'in-part' | 'gone'
  readonly assetsLost: readonly string[]
  /** Every item that the process needs: what it would be brought back from, were it lost too. */
  readonly items: readonly ItemAfter[]
  /** Lost assets of which nothing is backed up: they are set up by hand. */
  readonly bare: readonly string[]
  /** The most that is lost of an item that is lost: the age of its copy; null where none is left, or its age is not known. */
  readonly loss: number | null
  readonly mtdl: 'kept' | 'broken' | 'not-stated'
  /** Null where nothing of it is lost. */
  readonly time: RecoveryTime | null
  readonly mtd: number | null
}

export interface ItemAfter {
  readonly item: string
  readonly lost: boolean
  /** The verified copies that are left, the newest first; those dated ahead of the clock last. */
  readonly copies: readonly { readonly place: string; readonly version: string; readonly seen: Temporal.Instant }[]
  /** The age of the newest of them; null where none is left, or where that is not known. */
  readonly age: number | null
}

export function whatIf(index: SiteIndex, facts: Facts, loss: Loss): WhatIf {
  const { site } = index
  const left = new Set(site.places.filter(place => survives(site, place, loss)).map(({ id }) => id))
  const lost = new Set(site.processes.flatMap(process => lostAssets(index, process, loss)))
  const alsoLost = site.assets.filter(asset => lost.has(asset) || isLost(loss, asset.zone, asset.domain))
  return {
    lose: lossName(loss),
    assetsLost: loss.kind === 'device' ? [] : alsoLost.map(({ id }) => id),
    placesLost: site.places.filter(({ id }) => !left.has(id)).map(({ id }) => id),
    placesLeft: [...left],
    nodeLost: loss.kind === 'node' || loss.kind === 'site' || isLost(loss, site.node.zone, site.node.domain),
    processes: site.processes.map(process => after(index, facts, process, loss, left)),
  }
}

function isLost(loss: Loss, zone: string, domain: string | null): boolean {
  return (
    loss.kind === 'site' ||
    (loss.kind === 'zone' && loss.zone === zone) ||
    (loss.kind === 'domain' && loss.domain === domain)
  )
}

function after(index: SiteIndex, facts: Facts, process: Process, loss: Loss, left: ReadonlySet<string>): ProcessAfter {
  const needs = index.needsOf.get(process.id) ?? { assets: [], items: [], itemsOf: new Map() }
  const lost = new Set(lostAssets(index, process, loss))
  const items = needs.items.map(of => itemAfter(of.id, lost.has(of.asset), facts.items.get(of.id), facts.now, left))
  const gone = items.filter(one => one.lost)
  const bare = [...lost].filter(asset => asset.items.length === 0).map(({ id }) => id)
  const found = gone.filter(one => one.copies.length > 0)
  const worstAge = gone.length === 0 ? null : oldest(gone)
  const measured: Measured = {
    rehearsal: facts.rehearsals.get(process.id),
    restoreOf: id => restoreTime(id, facts.items.get(id)?.drills ?? []),
  }
  return {
    id: process.id,
    name: process.name,
    outcome:
      lost.size === 0
        ? 'runs-on'
        : found.length === 0
          ? 'gone'
          : found.length < gone.length || bare.length > 0
            ? 'in-part'
            : 'comes-back',
    assetsLost: [...lost].map(({ id }) => id),
    items,
    bare,
    loss: worstAge,
    mtdl: mtdlKept(index, process, gone),
    time: worstRecovery(index, process, loss, lossOf(gone), measured),
    mtd: process.mtd?.total('milliseconds') ?? null,
  }
}

/** Null where the age of one is not known. */
function oldest(items: readonly ItemAfter[]): number | null {
  return items.reduce<number | null>((most, { age }) => (most === null || age === null ? null : Math.max(most, age)), 0)
}

function lossOf(gone: readonly ItemAfter[]): (asset: Asset) => number | null {
  const byAsset = Map.groupBy(gone, ({ item }) => item.slice(0, item.indexOf('/')))
  return ({ id }) => oldest(byAsset.get(id) ?? [])
}

function itemAfter(
  item: string,
  lost: boolean,
  known: ItemFacts | undefined,
  now: Temporal.Instant,
  left: ReadonlySet<string>,
): ItemAfter {
  const ahead = ({ seen }: { readonly seen: Temporal.Instant }) => isAhead(seen, now.epochMilliseconds)
  const copies = (known?.copies ?? [])
    .flatMap(({ place, verified }) =>
      verified === null || !left.has(place) ? [] : [{ place, version: verified.version, seen: verified.seen }],
    )
    .sort((a, b) => Number(ahead(a)) - Number(ahead(b)) || Temporal.Instant.compare(b.seen, a.seen))
  const [best] = copies
  return {
    item,
    lost,
    copies,
    age: best === undefined || ahead(best) ? null : Math.max(0, now.epochMilliseconds - best.seen.epochMilliseconds),
  }
}

function mtdlKept(index: SiteIndex, process: Process, gone: readonly ItemAfter[]): ProcessAfter['mtdl'] {
  const kinds = new Map(index.needsOf.get(process.id)?.items.map(of => [of.id, of.item]))
  let stated = false
  for (const { item, age } of gone) {
    const of = kinds.get(item)
    const mtdl = of === undefined ? null : mtdlOf(process, of)
    if (mtdl === null) continue
    stated = true
    if (age === null || age > mtdl.total('milliseconds')) return 'broken'
  }
  return stated ? 'kept' : 'not-stated'
}

/** `zone:cell-a`, `domain:office`, `node`, `site`; a sentence where the site has no such thing. */
export function parseLoss(index: SiteIndex, text: string): Loss | { readonly refused: string } {
  const { site, scenarios } = index
  if (text === 'node' || text === 'site') return { kind: text }
  const [, kind, name = ''] = /^(zone|domain):(.+)$/.exec(text) ?? []
  if (kind === 'zone') {
    if (site.zones.some(({ id }) => id === name)) return { kind: 'zone', zone: name }
    return { refused: `site.yaml has no zone "${name}". There are ${site.zones.map(({ id }) => id).join(', ')}.` }
  }
  const domains = scenarios.flatMap(one => (one.kind === 'domain' ? [one.domain] : []))
  if (kind === 'domain') {
    if (domains.includes(name)) return { kind: 'domain', domain: name }
    return { refused: `site.yaml names no credential domain "${name}". There are ${domains.join(', ')}.` }
  }
  return { refused: `"${text}" cannot be lost. Give zone:ID, domain:NAME, node or site.` }
}
