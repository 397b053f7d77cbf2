import { dataKindOf } from '../../site/data-kind.ts'
import { formatMilliseconds } from '../../site/duration.ts'
import type { Asset } from '../../site/site.ts'
import { dutiesOf } from '../class.ts'
import type { ItemFacts } from '../facts.ts'
import type { Finding } from '../finding.ts'
import { lossesWords, lossName } from '../scenario.ts'
import type { SiteIndex } from '../site-index.ts'
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
  return [
    ...found,
    ...staleFindings(judged),
    ...changeFindings(judged.item, known, version),
    ...approvalFindings(judged, version),
    ...drillFindings(judged, known),
  ]
}

/** The newest reading, else the copies that scenarios would leave: what is not read is not copied either. */
function staleFindings(judged: ItemJudgement): Finding[] {
  const { item, fresh, lastConfirmed, limit } = judged
  if (fresh || lastConfirmed === null) return fresh ? outdatedCopies(judged) : []
  const facts = { lastConfirmed: lastConfirmed.toString(), limitSeconds: limit.total('seconds') }
  const remedy = `Capture it (blackstart capture ${item}), and see why the capture loop does not; where that time lies ahead, set the node's clock first.`
  return [{ code: 'stale', severity: 'high', subject: item, facts, remedy }]
}

/** Copies that are older than the MTDL allows where a process must come back from them; the scenarios told together. */
function outdatedCopies({ item, outdated, copies, schedule }: ItemJudgement): Finding[] {
  const concerned = outdated.flatMap(position => schedule.scenarios[position] ?? [])
  const [tightest] = concerned.toSorted((a, b) => a.terms.mtdl - b.terms.mtdl)
  if (tightest === undefined) return []
  const left = outdated.flatMap(position => copies.scenarios[position]?.left[0] ?? [])
  const places = [...new Set(left.map(({ place }) => place))]
  const scenarios = concerned.map(({ scenario }) => scenario)
  const facts = {
    scenarios: scenarios.map(lossName),
    copies: left
      .filter((one, at) => left.indexOf(one) === at)
      .map(({ seen, ...one }) => ({ ...one, seen: seen.toString() })),
    ...{ process: tightest.process, limitSeconds: tightest.terms.mtdl / 1000 },
  }
  const remedy = `What would be left of it ${lossesWords(scenarios)} is older than the MTDL of ${formatMilliseconds(tightest.terms.mtdl)} of process ${tightest.process} allows. Bring place ${places.join(', ')} up to date more often than that, and read it back there: blackstart verify --read-data tells what it lacks.`
  const severity = scenarios.some(({ kind }) => kind === 'device') ? 'high' : 'medium'
  return [{ code: 'stale', severity, subject: item, facts, remedy }]
}

function changeFindings(item: string, { unexpected, approved }: ItemFacts, latest: string): Finding[] {
  if (!unexpected) return []
  const back =
    approved === null
      ? `to the version that you choose (blackstart versions ${item}, blackstart restore ${item}@VERSION --to-device)`
      : `(blackstart restore ${item}@approved --to-device)`
  const remedy = `Find out who changed it, outside its change windows, and what: blackstart diff ${item}. Then approve it (blackstart approve ${item}@latest) or roll back ${back}.`
  return [{ code: 'changed-unexpectedly', severity: 'high', subject: item, facts: { latest }, remedy }]
}

function approvalFindings({ item, drifted, approved, changedFrom }: ItemJudgement, latest: string): Finding[] {
  if (drifted) {
    const remedy = `Look at it: blackstart diff ${item} approved latest. Then approve it (blackstart approve ${item}@latest) or roll back (blackstart restore ${item}@approved --to-device).`
    return [{ code: 'drifted', severity: 'high', subject: item, facts: { approved, latest }, remedy }]
  }
  if (approved !== null) return []
  if (changedFrom !== null) {
    const remedy = `It has changed, and nobody has said which version is right. Look at what changed (blackstart diff ${item} ${changedFrom} latest), then approve it: blackstart approve ${item}@latest`
    return [{ code: 'not-approved', severity: 'medium', subject: item, facts: { latest, changedFrom }, remedy }]
  }
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
    const again = `${remedy}; it says what failed. Where the copy is damaged, capture it anew first: blackstart capture ${item}`
    return [{ code: 'drill-failed', severity: 'high', subject: item, facts, remedy: again }]
  }
  if (drilled !== null) return []
  const facts = { time: newest.time.toString(), class: cls, every: dutiesOf(cls).drillEvery.toString() }
  return [{ code: 'drill-due', severity: 'medium', subject: item, facts, remedy }]
}

export function assetFindings(index: SiteIndex, asset: Asset): Finding[] {
  if (asset.items.length > 0) return notNeeded(index, asset)
  const remedy = `Add what is to be backed up of it under items in site.yaml.`
  return [{ code: 'asset-without-items', severity: 'high', subject: asset.id, facts: { kind: asset.kind }, remedy }]
}

/** Without a process nobody says what of it may be lost: told once where that goes for the whole asset. */
function notNeeded({ processesOfItem }: SiteIndex, { id, items }: Asset): Finding[] {
  const alone = items.filter(item => !processesOfItem.has(`${id}/${item.id}`))
  const whole = alone.length === items.length
  const subjects = whole
    ? [{ subject: id, of: items }]
    : alone.map(item => ({ subject: `${id}/${item.id}`, of: [item] }))
  return subjects.map(({ subject, of }) => {
    const remedy = `No process needs ${subject}: add it to needs of a process in site.yaml that stands still without it; its MTDL follows from that. Until then it is captured at every, else hourly.`
    const facts = { data: [...new Set(of.map(dataKindOf))].sort(), processes: [] }
    return { code: 'mtdl-missing', severity: 'low', subject, facts, remedy }
  })
}
