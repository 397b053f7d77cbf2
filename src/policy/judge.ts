import { longestMtdl } from '../site/data-kind.ts'
import { type AssetItem, itemsOf } from '../site/item-lookup.ts'
import type { Asset, Process, Site } from '../site/site.ts'
import { compareFindings, type Finding, type FindingCode, type Severity } from './finding.ts'
import { ageLimit, neededItems } from './interval.ts'

/** What is known of one item. Times are instants. */
export interface ItemFacts {
  readonly latest: { readonly version: string; readonly inRepository: boolean } | null
  /** When it was last read successfully. */
  readonly lastConfirmed: Temporal.Instant | null
  /** The newest capture, where it failed. */
  readonly failure: { readonly time: Temporal.Instant; readonly code: string; readonly message: string } | null
  readonly approved: string | null
  /** Whether the latest version differs from the approved one in more than volatile bytes. */
  readonly drifted: boolean
  readonly drill: { readonly time: Temporal.Instant; readonly passed: boolean; readonly milliseconds: number } | null
}

export interface Facts {
  readonly now: Temporal.Instant
  readonly items: ReadonlyMap<string, ItemFacts>
  /** Whether the key that opens the repository lies on the same disk as it. */
  readonly keyBesideData: boolean
  readonly recoveryKitOnDisk: boolean
}

export type Verdict = 'PROVEN' | 'UNPROVEN' | 'FAIL'

export interface ProcessVerdict {
  readonly id: string
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

export interface ItemStatus {
  readonly item: string
  readonly lastConfirmed: Temporal.Instant | null
  /** Read within its limit. */
  readonly fresh: boolean
  readonly limit: Temporal.Duration
  readonly drifted: boolean
  readonly approved: string | null
  readonly lastDrilled: Temporal.Instant | null
}

export interface Judgement {
  readonly processes: readonly ProcessVerdict[]
  readonly items: readonly ItemStatus[]
  readonly findings: readonly Finding[]
}

/** From facts to what can be said: pure, and never more than the facts carry. */
export function judge(site: Site, facts: Facts): Judgement {
  const needs = neededItems(site)
  const items = itemsOf(site).map(of => itemStatus(facts, of, ageLimit(of.item, of.id, needs)))
  const findings = [
    ...site.assets.flatMap(asset => assetFindings(facts, asset, items)),
    ...site.processes.flatMap(processFindings),
    ...siteFindings(site, facts),
  ]
  return {
    processes: site.processes.map(process => {
      const needed = needs.get(process)
      return processVerdict(
        site,
        facts,
        process,
        items.filter(({ item }) => needed?.has(item)),
      )
    }),
    items,
    findings: findings.sort(compareFindings),
  }
}

function itemStatus(facts: Facts, { id }: AssetItem, limit: Temporal.Duration): ItemStatus {
  const known = facts.items.get(id)
  const lastConfirmed = known?.lastConfirmed ?? null
  return {
    item: id,
    lastConfirmed,
    fresh: lastConfirmed !== null && ageOf(facts, lastConfirmed) <= limit.total('milliseconds'),
    limit,
    drifted: known?.drifted ?? false,
    approved: known?.approved ?? null,
    lastDrilled: known?.drill?.time ?? null,
  }
}

function ageOf(facts: Facts, time: Temporal.Instant): number {
  return facts.now.epochMilliseconds - time.epochMilliseconds
}

function finding(
  code: FindingCode,
  severity: Severity,
  subject: string,
  facts: Readonly<Record<string, unknown>>,
  remedy: string,
): Finding {
  return { code, severity, subject, facts, remedy }
}

function assetFindings(facts: Facts, asset: Asset, items: readonly ItemStatus[]): Finding[] {
  if (asset.items.length === 0) {
    const remedy = `Add what is to be backed up of it under items in site.yaml.`
    return [finding('asset-without-items', 'high', asset.id, { kind: asset.kind }, remedy)]
  }
  const prefix = `${asset.id}/`
  return items.filter(({ item }) => item.startsWith(prefix)).flatMap(status => itemFindings(facts, status))
}

function itemFindings(facts: Facts, status: ItemStatus): Finding[] {
  const { item } = status
  const known = facts.items.get(item)
  const found: Finding[] = []
  if (known?.failure) {
    const { time, code, message } = known.failure
    found.push(finding('capture-failed', 'high', item, { time: time.toString(), code, message }, message))
  }
  if (known === undefined || known.latest === null) {
    found.push(finding('no-version', 'high', item, {}, `Capture it: blackstart capture ${item}`))
    return found
  }
  const { version } = known.latest
  if (!known.latest.inRepository) {
    const remedy = `Look for it in another copy, then: blackstart catalog rebuild. Else capture anew: blackstart capture ${item}`
    found.push(finding('version-lost', 'high', item, { version }, remedy))
  }
  if (!status.fresh && status.lastConfirmed !== null) found.push(staleFinding(facts, status, status.lastConfirmed))
  if (known.drifted) {
    const remedy = `Look at it: blackstart diff ${item} approved latest. Then approve it (blackstart approve ${item}@latest) or roll back (blackstart restore ${item}@approved --to-device).`
    found.push(finding('drifted', 'high', item, { approved: known.approved, latest: version }, remedy))
  }
  if (known.approved === null) {
    const remedy = `When an engineer has checked it: blackstart approve ${item}@latest`
    found.push(finding('not-approved', 'low', item, { latest: version }, remedy))
  }
  return [...found, ...drillFindings(item, known)]
}

function staleFinding(facts: Facts, status: ItemStatus, lastConfirmed: Temporal.Instant): Finding {
  const details = {
    lastConfirmed: lastConfirmed.toString(),
    ageSeconds: Math.round(ageOf(facts, lastConfirmed) / 1000),
    limitSeconds: status.limit.total('seconds'),
  }
  const remedy = `Capture it (blackstart capture ${status.item}), and see why the capture loop does not.`
  return finding('stale', 'high', status.item, details, remedy)
}

function drillFindings(item: string, known: ItemFacts): Finding[] {
  const remedy = `Rehearse it: blackstart drill ${item}`
  if (known.drill === null) return [finding('never-drilled', 'medium', item, {}, remedy)]
  if (known.drill.passed) return []
  return [finding('drill-failed', 'high', item, { time: known.drill.time.toString() }, remedy)]
}

function processFindings(process: Process): Finding[] {
  const found: Finding[] = []
  if (longestMtdl(process) === null) {
    const remedy = `Ask the plant: if the data of the last hour were gone, what would have to be done, and for how long? Write mtdl into process ${process.id}.`
    found.push(finding('mtdl-missing', 'medium', process.id, {}, remedy))
  }
  if (process.mtd === null) {
    const remedy = `Ask the plant how long ${process.name ?? process.id} may stand still before the damage cannot be borne. Write mtd into process ${process.id}.`
    found.push(finding('mtd-missing', 'medium', process.id, {}, remedy))
  }
  return found
}

function siteFindings(site: Site, facts: Facts): Finding[] {
  const found: Finding[] = []
  if (site.places.length < 2) {
    const [place] = site.places
    const remedy = 'Add further places, one of them off site and one offline or locked (3-2-1-1-0).'
    found.push(finding('single-place', 'high', place?.id ?? 'site', { places: site.places.length }, remedy))
  }
  if (facts.keyBesideData) {
    const remedy =
      'Keep the key away from the data (another disk, a systemd credential), so that who takes the disk cannot read it.'
    found.push(finding('key-beside-data', 'medium', 'node', {}, remedy))
  }
  if (facts.recoveryKitOnDisk) {
    const remedy = 'Print recovery-kit.txt, put it in a safe, and delete the file.'
    found.push(finding('recovery-kit-on-disk', 'high', 'node', {}, remedy))
  }
  return found
}

function processVerdict(site: Site, facts: Facts, process: Process, items: readonly ItemStatus[]): ProcessVerdict {
  const broken = [...items.flatMap(status => brokenBy(facts, process, status)), ...unrestorable(process, items, facts)]
  if (broken.length > 0) return { id: process.id, verdict: 'FAIL', reasons: broken }
  return { id: process.id, verdict: 'UNPROVEN', reasons: unproven(site, facts, process, items) }
}

function brokenBy(facts: Facts, process: Process, status: ItemStatus): string[] {
  const known = facts.items.get(status.item)
  if (known === undefined || known.latest === null) return [`${status.item} has never been captured`]
  if (!known.latest.inRepository) return [`the newest version of ${status.item} is not in the repository any more`]
  const mtdl = longestMtdl(process)?.total('milliseconds')
  if (mtdl === undefined || status.lastConfirmed === null) return []
  const age = ageOf(facts, status.lastConfirmed)
  if (age <= mtdl) return []
  return [`${status.item} was last read ${span(age)} ago; the MTDL is ${span(mtdl)}`]
}

/** Items are restored one after the other at best as fast as the slowest of them was: a lower bound of the time. */
function unrestorable(process: Process, items: readonly ItemStatus[], facts: Facts): string[] {
  if (process.mtd === null) return []
  const mtd = process.mtd.total('milliseconds')
  return items.flatMap(({ item }) => {
    const drill = facts.items.get(item)?.drill
    if (!drill?.passed || drill.milliseconds <= mtd) return []
    return [`restoring ${item} alone took ${span(drill.milliseconds)}; the MTD is ${span(mtd)}`]
  })
}

function unproven(site: Site, facts: Facts, process: Process, items: readonly ItemStatus[]): string[] {
  const undrilled = items.filter(({ item }) => facts.items.get(item)?.drill?.passed !== true)
  return [
    ...(longestMtdl(process) === null ? ['no MTDL is stated'] : []),
    ...(process.mtd === null ? ['no MTD is stated'] : []),
    ...(items.length === 0 ? ['nothing of what it needs is backed up'] : []),
    ...(undrilled.length === 0 ? [] : [`never restored in a drill: ${undrilled.map(({ item }) => item).join(', ')}`]),
    ...(site.places.length < 2 ? ['copies lie in one place only'] : []),
    'the human steps of the recovery were never rehearsed',
  ]
}

/** `90 s`, `12 min`, `5 h`, `3 d`: for sentences. */
function span(milliseconds: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const
  for (const [unit, size] of units) if (milliseconds >= 2 * size) return `${Math.floor(milliseconds / size)} ${unit}`
  return `${Math.max(0, Math.round(milliseconds / 1000))} s`
}
