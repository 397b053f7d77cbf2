import type { Severity } from '../../policy/finding.ts'
import type { Verdict } from '../../policy/verdict/process-verdict.ts'
import type { Judged, SiteNode } from '../site-node.ts'
import { failureRemedy } from './failure-remedy.ts'
import { rankOf } from './find-items.ts'
import { everywhere, type PlantItem, type PlantRows, plantRows, type Sight } from './plant-rows.ts'

export interface Need {
  readonly id: string
  readonly kind: 'integrity' | 'site-refused' | 'approval' | 'unexpected' | 'drift' | 'failure' | 'stale' | 'trigger'
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

/** What a person looks at every morning. `more`: needs that others know of, as approvals that wait. */
export function overview(node: SiteNode, sees: Sight, more: readonly Need[]) {
  const inForce = node.site()
  const judged = node.judged()
  const ofJudgement = judgedOverview(judged, sees)
  const all = [...siteNeeds(node), ...more, ...ofJudgement.needs].sort(compareNeeds)
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
    needs: all.slice(0, mostNeeds),
    needsTotal: all.length + ofJudgement.more,
    counts: {
      ...ofJudgement.counts,
      runs: node.runs().filter(({ state }) => state !== 'ended').length,
    },
  }
}

const made = new WeakMap<Judged, ReturnType<typeof makeJudged>>()

/** What follows from a judgement alone; for whoever sees everything made once. */
function judgedOverview(judged: Judged, sees: Sight) {
  if (sees !== everywhere) return makeJudged(judged, sees)
  const known = made.get(judged) ?? makeJudged(judged, sees)
  made.set(judged, known)
  return known
}

function makeJudged(judged: Judged, sees: Sight) {
  const rows = plantRows(judged)
  const needs = itemNeeds(rows, sees).sort(compareNeeds)
  return {
    ...{ processes: processRows(rows, sees), counts: counts(rows, sees) },
    ...{ needs: needs.slice(0, mostNeeds), more: Math.max(0, needs.length - mostNeeds) },
  }
}

const verdicts: Readonly<Record<Verdict, number>> = { FAIL: 0, UNPROVEN: 1, PROVEN: 2 }

/** Those of which somebody may see something; the gravest verdict first, then as the file lists them. */
function processRows({ judged, itemsById }: PlantRows, sees: Sight) {
  const names = new Map(judged.site.processes.map(({ id, name }) => [id, name]))
  return judged.judgement.processes
    .flatMap(({ id, verdict, reasons, class: cls, mtd, rto, slack }) => {
      const needs = judged.index.needsOf.get(id)
      if (needs !== undefined && needs.assets.length > 0 && !needs.assets.some(({ zone }) => sees(zone))) return []
      const facts = (needs?.items ?? []).flatMap(of => itemsById.get(of.id)?.facts ?? [])
      return [
        {
          ...{ id, name: names.get(id) ?? null, verdict, reasons, class: cls, mtd, rto, slack },
          items: facts.length,
          stale: facts.filter(({ state }) => state !== 'fresh').length,
          drifted: facts.filter(({ drifted }) => drifted).length,
        },
      ]
    })
    .sort((a, b) => verdicts[a.verdict] - verdicts[b.verdict])
}

function siteNeeds(node: SiteNode): Need[] {
  const none = { item: null, asset: null, zone: null, class: null, approval: null }
  const integrity = node.integrity()
  const { refused } = node.site()
  const needs: Need[] = []
  if (integrity !== null) {
    const remedy = 'Find out what happened before anything is trusted: blackstart verify --read-data'
    needs.push({ ...none, id: 'integrity', kind: 'integrity', severity: 'high', what: integrity, remedy, since: null })
  }
  if (refused !== null) {
    const errors = refused.problems.filter(({ severity }) => severity === 'error').length
    needs.push({
      ...{ ...none, id: 'site-refused', kind: 'site-refused', severity: 'high' },
      what: `site.yaml on the disk has ${errors === 1 ? 'an error' : `${errors} errors`}: the node goes on with the one before.`,
      remedy: 'Correct it in the settings.',
      since: refused.since.toString(),
    })
  }
  return needs
}

function itemNeeds({ items, judged }: PlantRows, sees: Sight): Need[] {
  return items.flatMap(row => {
    const { id, asset, zone, class: cls } = row.facts
    if (!sees(zone)) return []
    const common = { item: id, asset, zone, class: cls, approval: null }
    const known = judged.facts.items.get(id)
    const needs: Need[] = []
    const changed = changeNeed(id, row.facts.drifted, known?.unexpected ?? false)
    if (changed !== null) needs.push({ ...common, ...changed, severity: 'high', since: row.facts.lastConfirmed })
    const failure = known?.failure ?? null
    if (failure !== null) {
      const { code, message, time } = failure
      needs.push({
        ...{
          ...common,
          id: `failure:${id}`,
          kind: 'failure',
          severity: row.facts.state === 'fresh' ? 'medium' : 'high',
        },
        ...{ what: message, remedy: failureRemedy(code, id), since: time.toString() },
      })
    } else if (row.facts.state !== 'fresh') {
      needs.push({
        ...{ ...common, id: `stale:${id}`, kind: 'stale', severity: row.facts.state === 'never' ? 'medium' : 'high' },
        what:
          row.facts.state === 'never' ? `Nothing of ${id} was captured yet.` : `${id} was not read within its limit.`,
        remedy: `Capture it now: blackstart capture ${id}`,
        since: row.facts.lastConfirmed,
      })
    }
    return needs
  })
}

/** One change is one need, told in its gravest words. */
function changeNeed(item: string, isDrifted: boolean, isUnexpected: boolean) {
  const back = isDrifted ? 'the approved version' : 'the version before'
  if (isUnexpected) {
    return {
      ...{ id: `unexpected:${item}`, kind: 'unexpected' as const },
      what: `${item} was changed outside its change windows${isDrifted ? ', and differs from its approved version' : ''}.`,
      remedy: `Find out who changed it; then approve what the device holds, or write ${back} back.`,
    }
  }
  if (!isDrifted) return null
  return {
    ...{ id: `drift:${item}`, kind: 'drift' as const },
    what: `${item} differs from its approved version.`,
    remedy: `Read the difference; then approve what the device holds, or write ${back} back.`,
  }
}

const order: Readonly<Record<Need['kind'], number>> = {
  ...{ integrity: 0, 'site-refused': 1, approval: 2, unexpected: 3, drift: 4, failure: 5, stale: 6, trigger: 7 },
}
const severities: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 }

function compareNeeds(a: Need, b: Need): number {
  return (
    order[a.kind] - order[b.kind] ||
    severities[a.severity] - severities[b.severity] ||
    (rankOf(a.class) ?? 9) - (rankOf(b.class) ?? 9) ||
    (a.id < b.id ? -1 : 1)
  )
}

function counts({ items, assets, judged }: PlantRows, sees: Sight) {
  const seen = items.filter(({ facts }) => sees(facts.zone)).map(({ facts }) => facts)
  const own = assets.filter(({ facts }) => sees(facts.zone))
  const open = judged.judgement.findings.filter(({ acknowledged }) => acknowledged === null)
  const of = (severity: Severity) => open.filter(finding => finding.severity === severity).length
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
    findings: {
      ...{ high: of('high'), medium: of('medium'), low: of('low') },
      acknowledged: judged.judgement.findings.length - open.length,
    },
  }
}
