import type { Archive } from '../../archive/archive.ts'
import type { FindingCode, Severity } from '../../policy/finding.ts'
import { neededKinds } from '../../policy/interview/needed-words.ts'
import type { Verdict } from '../../policy/verdict/process-verdict.ts'
import { compareNatural } from '../../site/natural-order.ts'
import type { OwedEvent } from '../people/people.ts'
import type { Judged, SiteNode } from '../site-node.ts'
import { brokenGlassNeeds } from './broken-glass.ts'
import { changeNeed, withChanges } from './change-needs.ts'
import { withCutZones } from './cut-zones.ts'
import { failureRemedy } from './failure-remedy.ts'
import { findingId, seenCounts, seenFindings } from './find-findings.ts'
import { rankOf } from './find-items.ts'
import { findingDigest } from './finding-digest.ts'
import { namesUnseen, type PlantItem, type PlantRows, plantRows, seesProcess } from './plant-rows.ts'
import { everywhere, oncePerSight, type Sight } from './sight.ts'

export interface Need {
  readonly id: string
  readonly kind:
    | 'integrity'
    | 'site-refused'
    | 'damage'
    | 'broken-glass'
    | 'approval'
    | 'unexpected'
    | 'drift'
    | 'unapproved'
    | 'failure'
    | 'stale'
    | 'trigger'
  readonly severity: Severity
  readonly item: string | null
  readonly asset: string | null
  readonly zone: string | null
  readonly class: PlantItem['facts']['class']
  readonly what: string
  readonly remedy: string
  readonly since: string | null
  readonly approval: string | null
}

const mostNeeds = 200

export interface ToldBesides {
  /** Needs that others know of, as approvals that wait. */
  readonly more: readonly Need[]
  /** Emergencies that the journal could not be told yet. */
  readonly owed: readonly OwedEvent[]
}

/** What a person looks at every morning. */
export async function overview(node: SiteNode, archive: Archive, sees: Sight, { more, owed }: ToldBesides) {
  const inForce = node.site()
  const judged = node.judged()
  const ofJudgement = judgedOverview(judged, sees)
  const glass = await brokenGlassNeeds(archive, judged, sees, owed)
  const all = [...siteNeeds(node, archive, sees), ...more, ...glass, ...ofJudgement.needs].sort(compareNeeds)
  return {
    site: {
      ...{ name: judged.site.name, timezone: judged.site.timezone, etag: inForce.etag },
      refused: inForce.refused !== null,
    },
    now: judged.facts.now.toString(),
    judged: judged.number,
    started: node.started.toString(),
    integrity: node.integrity(),
    processes: ofJudgement.processes,
    needs: await withChanges(archive, judged, all.slice(0, mostNeeds)),
    needsTotal: all.length + ofJudgement.more,
    counts: {
      ...ofJudgement.counts,
      runs: liveRuns(node, judged, sees),
    },
  }
}

/** A verdict is of all that a process needs; its reasons are told without what is not seen. */
function seenReasons(judged: Judged, sees: Sight, process: string, reasons: readonly string[]): readonly string[] {
  const seen = reasons.filter(reason => !namesUnseen(judged, sees, process, reason))
  return seen.length === reasons.length ? reasons : [...seen, 'something in a zone that you do not see']
}

function liveRuns(node: SiteNode, judged: Judged, sees: Sight): number {
  const { itemsById } = plantRows(judged)
  const isSeen = (item: string) => sees === everywhere || sees(itemsById.get(item)?.facts.zone ?? '')
  return node.runs().filter(({ state, item }) => state !== 'ended' && isSeen(item)).length
}

/** What follows from a judgement alone. */
export const judgedOverview = oncePerSight(makeJudged)

function makeJudged(judged: Judged, sees: Sight) {
  const rows = plantRows(judged)
  // rows are in the order of their ids
  const needs = [...damageNeeds(judged, sees), ...withCutZones(rows, itemNeeds(rows, sees))].toSorted(compareWeights)
  return {
    ...{ processes: processRows(rows, sees), counts: counts(rows, sees) },
    ...{ needs: needs.slice(0, mostNeeds), more: Math.max(0, needs.length - mostNeeds) },
  }
}

const verdicts: Readonly<Record<Verdict, number>> = { FAIL: 0, UNPROVEN: 1, PROVEN: 2 }

/** Those of which somebody may see something; the gravest verdict first, then as the file lists them. */
function processRows({ judged, itemsById }: PlantRows, sees: Sight) {
  const { index } = judged
  const described = new Map(judged.site.processes.map(process => [process.id, process]))
  return judged.judgement.processes
    .flatMap(({ id, verdict, reasons, class: cls, mtd, rto, slack }) => {
      if (!seesProcess(judged, sees, id)) return []
      const needed = index.needsOf.get(id)?.items ?? []
      const process = described.get(id)
      const facts = needed.flatMap(of => itemsById.get(of.id)?.facts ?? []).filter(({ zone }) => sees(zone))
      return [
        {
          ...{
            id,
            name: process?.name ?? null,
            verdict,
            reasons: seenReasons(judged, sees, id, reasons),
            class: cls,
            mtd,
            rto,
            slack,
          },
          mtdlStated: process !== undefined && neededKinds(index, process).every(kind => process.mtdl[kind] !== null),
          items: facts.length,
          stale: facts.filter(({ state }) => state !== 'fresh').length,
          drifted: facts.filter(({ drifted }) => drifted).length,
        },
      ]
    })
    .sort((a, b) => verdicts[a.verdict] - verdicts[b.verdict])
}

/** A broken chain is for everybody. */
function siteNeeds(node: SiteNode, { record }: Archive, sees: Sight): Need[] {
  const none = { item: null, asset: null, zone: null, class: null, approval: null }
  const integrity = node.integrity()
  const { refused } = node.site()
  const needs: Need[] = []
  if (integrity !== null) {
    const remedy = 'Find out what happened before anything is trusted: blackstart verify --read-data'
    needs.push({ ...none, id: 'integrity', kind: 'integrity', severity: 'high', what: integrity, remedy, since: null })
  }
  if (refused !== null && sees === everywhere) {
    const errors = refused.problems.filter(({ severity }) => severity === 'error').length
    needs.push({
      ...{ ...none, id: 'site-refused', kind: 'site-refused', severity: 'high' },
      what: `site.yaml on the disk has ${errors === 1 ? 'an error' : `${errors} errors`}: the node goes on with the one before.`,
      remedy: 'Correct it in the settings.',
      since: refused.since.toString(),
    })
  }
  if (record.inMemory && sees === everywhere) {
    needs.push({
      ...{ ...none, id: 'catalog-in-memory', kind: 'trigger', severity: 'medium', since: node.started.toString() },
      what: 'The catalog could not be written when the node started: it is held in memory.',
      remedy: 'Make room on the disk of the site folder, then start the node again.',
    })
  }
  return needs
}

/** Whatever place it is: what lies there cannot be relied on until it is mended. */
function damageNeeds(judged: Judged, sees: Sight): Need[] {
  const code = 'verification-errors'
  if ((seenCounts(judged, sees).codes.get(code)?.open ?? 0) === 0) return []
  const open = seenFindings(judged, sees).filter(one => one.code === code && one.acknowledged === null)
  return open.map(({ subject, facts }) => ({
    ...{ id: `damage:${subject}`, kind: 'damage', severity: 'high', item: null, asset: null, zone: null, class: null },
    what: `Place ${subject} holds something damaged: its last verification found ${facts.errors} errors.`,
    remedy: 'See its disk first. What to do, step by step: blackstart findings verification-errors',
    ...{ since: String(facts.verified), approval: null },
  }))
}

function itemNeeds({ items, judged }: PlantRows, sees: Sight): Need[] {
  const borne = new Set(findingDigest(judged).borne.map(findingId))
  return items.flatMap(row => (sees(row.facts.zone) ? needsOf(row, borne) : []))
}

/** What somebody bears needs nobody until that ends. */
function needsOf({ facts, judged, known }: PlantItem, borne: ReadonlySet<string>): Need[] {
  const { id, asset, zone, class: cls, state } = facts
  const isOpen = (code: FindingCode) => !borne.has(findingId({ code, subject: id }))
  const common = { item: id, asset, zone, class: cls, approval: null }
  const needs: Need[] = []
  const changed = changeNeed(id, {
    isUnexpected: known?.unexpected === true && isOpen('changed-unexpectedly'),
    isDrifted: facts.drifted && isOpen('drifted'),
    isUnapproved: judged.changedFrom !== null && isOpen('not-approved'),
  })
  // since when: of those that are shown
  if (changed !== null) needs.push({ ...common, ...changed, since: null })
  const failure = known?.failure ?? null
  if (failure !== null && isOpen('capture-failed')) {
    const { code, message, time } = failure
    const severity = state === 'fresh' ? 'medium' : 'high'
    needs.push({
      ...{ ...common, id: `failure:${id}`, kind: 'failure', severity },
      ...{ what: message, remedy: failureRemedy({ code, message }, id), since: time.toString() },
    })
  } else if (state !== 'fresh' && isOpen(state === 'never' ? 'no-version' : 'stale')) {
    const severity = state === 'never' ? 'medium' : 'high'
    needs.push({
      ...{ ...common, id: `stale:${id}`, kind: 'stale', severity },
      what: state === 'never' ? `Nothing of ${id} was captured yet.` : `${id} was not read within its limit.`,
      remedy: `Capture it now: blackstart capture ${id}`,
      since: judged.lastConfirmed?.add(judged.limit).toString() ?? null,
    })
  }
  return needs
}

const order: Readonly<Record<Need['kind'], number>> = {
  ...{
    integrity: 0,
    'site-refused': 1,
    damage: 0.5,
    'broken-glass': 1.5,
    approval: 2,
    unexpected: 3,
    drift: 4,
    failure: 5,
    stale: 6,
    unapproved: 6.5,
    trigger: 7,
  },
}
const severities: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 }

function compareNeeds(a: Need, b: Need): number {
  return compareWeights(a, b) || compareNatural(a.id, b.id)
}

function compareWeights(a: Need, b: Need): number {
  return (
    order[a.kind] - order[b.kind] ||
    severities[a.severity] - severities[b.severity] ||
    (rankOf(a.class) ?? 9) - (rankOf(b.class) ?? 9)
  )
}

function counts({ items, assets, judged }: PlantRows, sees: Sight) {
  const seen = items.filter(({ facts }) => sees(facts.zone)).map(({ facts }) => facts)
  const own = assets.filter(({ facts }) => sees(facts.zone))
  const { open, acknowledged } = seenCounts(judged, sees)
  return {
    zones: judged.site.zones.filter(({ id }) => sees(id)).length,
    assets: own.length,
    items: seen.length,
    fresh: seen.filter(({ state }) => state === 'fresh').length,
    stale: seen.filter(({ state }) => state === 'stale').length,
    never: seen.filter(({ state }) => state === 'never').length,
    failed: seen.filter(({ failed }) => failed).length,
    drifted: seen.filter(({ drifted }) => drifted).length,
    approved: seen.filter(({ approved }) => approved).length,
    uncovered: own.filter(({ facts }) => facts.state === 'bare').length,
    findings: { ...open, acknowledged },
  }
}
