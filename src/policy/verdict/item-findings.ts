import type { Asset } from '../../site/site.ts'
import { dutiesOf } from '../class.ts'
import type { ItemFacts } from '../facts.ts'
import type { Finding } from '../finding.ts'
import type { ItemJudgement } from './judge-item.ts'

/** What is wrong with an item's captures, versions and drills. */
export function itemFindings(judged: ItemJudgement, known: ItemFacts | undefined): Finding[] {
  const { item } = judged
  const found: Finding[] = []
  if (known?.failure) {
    const { time, code, message } = known.failure
    const facts = { time: time.toString(), code, message }
    found.push({ code: 'capture-failed', severity: 'high', subject: item, facts, remedy: message })
  }
  if (known === undefined || known.latest === null) {
    const remedy = `Capture it: blackstart capture ${item}`
    found.push({ code: 'no-version', severity: 'high', subject: item, facts: {}, remedy })
    return found
  }
  const { version } = known.latest
  if (!known.latest.inRepository) {
    const remedy = `Look for it in another copy, then: blackstart catalog rebuild. Else capture anew: blackstart capture ${item}`
    found.push({ code: 'version-lost', severity: 'high', subject: item, facts: { version }, remedy })
  }
  return [...found, ...staleFindings(judged), ...approvalFindings(judged, version), ...drillFindings(judged, known)]
}

function staleFindings({ item, fresh, lastConfirmed, limit }: ItemJudgement): Finding[] {
  if (fresh || lastConfirmed === null) return []
  const facts = { lastConfirmed: lastConfirmed.toString(), limitSeconds: limit.total('seconds') }
  const remedy = `Capture it (blackstart capture ${item}), and see why the capture loop does not.`
  return [{ code: 'stale', severity: 'high', subject: item, facts, remedy }]
}

function approvalFindings({ item, drifted, approved }: ItemJudgement, latest: string): Finding[] {
  if (drifted) {
    const remedy = `Look at it: blackstart diff ${item} approved latest. Then approve it (blackstart approve ${item}@latest) or roll back (blackstart restore ${item}@approved --to-device).`
    return [{ code: 'drifted', severity: 'high', subject: item, facts: { approved, latest }, remedy }]
  }
  if (approved !== null) return []
  const remedy = `When an engineer has checked it: blackstart approve ${item}@latest`
  return [{ code: 'not-approved', severity: 'low', subject: item, facts: { latest }, remedy }]
}

function drillFindings({ item, class: cls, drilled }: ItemJudgement, { drills }: ItemFacts): Finding[] {
  const remedy = `Rehearse it: blackstart drill ${item}`
  const [newest] = drills
  if (newest === undefined) {
    return [{ code: 'never-drilled', severity: 'medium', subject: item, facts: { class: cls }, remedy }]
  }
  if (!newest.passed) {
    const facts = { time: newest.time.toString(), version: newest.version }
    return [{ code: 'drill-failed', severity: 'high', subject: item, facts, remedy }]
  }
  if (drilled !== null) return []
  const facts = { time: newest.time.toString(), class: cls, every: dutiesOf(cls).drillEvery.toString() }
  return [{ code: 'drill-due', severity: 'medium', subject: item, facts, remedy }]
}

export function assetFindings(asset: Asset): Finding[] {
  if (asset.items.length > 0) return []
  const remedy = `Add what is to be backed up of it under items in site.yaml.`
  return [{ code: 'asset-without-items', severity: 'high', subject: asset.id, facts: { kind: asset.kind }, remedy }]
}
