import { type Class, classes, dutiesOf } from '../class.ts'
import { isAhead } from '../clock.ts'
import type { Facts, ItemFacts, PlaceDamage } from '../facts.ts'
import type { Finding, Severity } from '../finding.ts'
import { type Loss, lossName, survives } from '../scenario.ts'
import { lossPhrase, survivingPlace } from '../schedule/survivors.ts'
import type { SiteIndex } from '../site-index.ts'
import { copyRemedy } from './copy-remedy.ts'
import { isMet } from './copy-terms.ts'
import type { CopyJudgement, VerifiedCopy } from './judge-copies.ts'

/**
 * What is missing of the copies of an item: `no-copy`, `copies-missing`, `no-surviving-copy`. Nothing for an item that was
 * never captured. A copy more never adds a finding that is graver than one it closes.
 */
export function copyFindings(
  index: SiteIndex,
  judgement: CopyJudgement,
  facts: ItemFacts | undefined,
  cls: Class | null,
): Finding[] {
  if (facts === undefined || facts.latest === null) return []
  const found: Finding[] = []
  if (judgement.copies.length === 0) found.push(noCopy(judgement, facts.latest.version))
  else {
    const gone = goneScenarios(index, judgement)
    if (gone.length > 0) found.push(noSurvivor(index, judgement, cls, gone))
  }
  if (!judgement.met) found.push(copiesMissing(index, judgement, cls, facts.lastConfirmed !== null))
  return found
}

function noCopy({ item, unverified }: CopyJudgement, version: string): Finding {
  const remedy =
    unverified.length === 0
      ? `No place holds it. Capture it: blackstart capture ${item}`
      : `What lies in ${unverified.join(', ')} was never read back, or was found damaged since: nobody knows whether it can be restored. Read it: blackstart verify --read-data`
  return { code: 'no-copy', severity: 'high', subject: item, facts: { version, unverified }, remedy }
}

function copiesMissing({ site }: SiteIndex, judgement: CopyJudgement, cls: Class | null, read: boolean): Finding {
  const { item, rule, terms, copies, unverified, withErrors, together } = judgement
  const remedy = copyRemedy(judgement, site.places, read)
  return {
    ...{ code: 'copies-missing', severity: severityOf(cls), subject: item },
    facts: {
      ...{ class: cls, rule, terms, missing: terms.filter(term => !isMet(term)).map(({ term }) => term) },
      ...{ deviceCounts: read, copies: copies.map(plainCopy), unverified, withErrors, together },
    },
    remedy: [remedy, ...together.map(togetherSentence)].join(' '),
  }
}

function togetherSentence(places: readonly string[]): string {
  return `Places ${places.join(', ')} share their location and their credential domain: whoever takes one takes all.`
}

/** The scenarios in scope of what needs the item, all where nothing does, after which no copy is left. */
function goneScenarios(index: SiteIndex, { item, scenarios }: CopyJudgement): readonly Loss[] {
  const gone = scenarios.flatMap(({ scenario, left }) => (left.length === 0 ? scenario : []))
  const needing = index.processesOfItem.get(item) ?? []
  if (gone.length === 0 || needing.length === 0) return gone
  return gone.filter(({ kind }) => kind === 'zone' || needing.some(({ scope }) => scope.includes(kind)))
}

function noSurvivor(index: SiteIndex, judgement: CopyJudgement, cls: Class | null, gone: readonly Loss[]): Finding {
  const severity = gone.some(({ kind }) => kind === 'node' || kind === 'device') ? 'high' : severityOf(cls)
  return {
    ...{ code: 'no-surviving-copy', severity, subject: judgement.item },
    facts: { class: cls, scenarios: gone.map(lossName), copies: judgement.copies.map(plainCopy) },
    remedy: `Nothing would be left after ${lossPhrase(gone)}. ${survivorRemedy(index, judgement, gone)}`,
  }
}

/** The first place of the site that survives all of it, else what a new one must be. */
function survivorRemedy({ site }: SiteIndex, { unverified }: CopyJudgement, gone: readonly Loss[]): string {
  const able = site.places.find(place => gone.every(loss => survives(site, place, loss)))
  if (able !== undefined) {
    return unverified.includes(able.id)
      ? `Verify what lies in place ${able.id}: blackstart verify --read-data.`
      : `Copy the repository to place ${able.id} and read it back there: blackstart verify --read-data tells how.`
  }
  const [only] = site.places.length === 1 ? site.places : []
  const alone = only === undefined ? '' : `Place ${only.id} is the only one of the site. `
  return `${alone}Add a place to site.yaml ${survivingPlace(gone)}.`
}

function plainCopy({ place, version, seen }: VerifiedCopy): Readonly<Record<string, string>> {
  return { place, version, seen: seen.toString() }
}

/** What a gap in the copies weighs: an asset without a class is treated as medium. */
function severityOf(cls: Class | null): Severity {
  if (cls === 'low') return 'low'
  return cls === 'very high' || cls === 'high' ? 'high' : 'medium'
}

/** What `verificationFindings` needs of each item. */
export interface HeldItem {
  readonly class: Class | null
  readonly copies: CopyJudgement
}

/**
 * `verification-due` and `verification-errors`, in the order of the places. The first, into which captures go, is due so long
 * after the first of them: what is captured is read back at once.
 */
export function verificationFindings(
  { site }: SiteIndex,
  items: readonly HeldItem[],
  facts: Pick<Facts, 'places' | 'firstVersion' | 'now'>,
): Finding[] {
  const gravest = gravestByPlace(items)
  return site.places.flatMap(({ id, online, options }, index) => {
    const { readWhole = null, damage = null } = facts.places.get(id) ?? {}
    const attach = online ? '' : 'Attach it, then r'
    const read = `${attach === '' ? 'R' : attach}ead all of it: blackstart verify --read-data`
    const found: Finding[] = []
    if (damage !== null) {
      const cure = index === 0 ? takeOut(read, options) : `${read}; then copy it there again from another place`
      found.push(withErrors(id, damage, cure))
    }
    const rank = gravest.get(id)
    if (rank === undefined) return found // it holds nothing that could be verified
    const { verifyEvery } = dutiesOf(classes[rank] ?? null)
    const since = readWhole ?? (index === 0 ? facts.firstVersion : null)
    const due = since?.add(verifyEvery) ?? null
    const ahead = since !== null && isAhead(since, facts.now.epochMilliseconds)
    if (due !== null && !ahead && Temporal.Instant.compare(facts.now, due) <= 0) return found
    const every = verifyEvery.total('hours') / 24
    found.push({
      ...{ code: 'verification-due', severity: classes[rank] === 'low' ? 'low' : 'medium', subject: id },
      facts: {
        ...{ verified: readWhole?.toString() ?? null, due: due?.toString() ?? null },
        ...{ class: classes[rank] ?? null, everyDays: every },
      },
      remedy: `${read}. What it holds is to be read whole every ${every} days.`,
    })
    return found
  })
}

/** So many items are named; all of them may be concerned. */
const namedItems = 20

function withErrors(place: string, { found, errors, without }: PlaceDamage, cure: string): Finding {
  const remedy = `Something in place ${place} is damaged. See its disk first. ${cure}`
  const more = Math.max(without.length - namedItems, 0)
  const facts = {
    ...{ verified: found.toString(), errors, withoutNewestOf: without.slice(0, namedItems) },
    ...(more > 0 ? { andMore: more } : {}),
  }
  return { code: 'verification-errors', severity: 'high', subject: place, facts, remedy }
}

/** What a new capture shares with damaged content is not stored a second time as long as the repository's index has it. */
function takeOut(read: string, options: unknown): string {
  const path = options !== null && typeof options === 'object' && 'path' in options ? options.path : null
  const repository = typeof path === 'string' ? path : 'REPOSITORY'
  return `${read}; it names the damaged packs. Take them out, and keep their files: blackstart repo repair packs PACK… --repo ${repository} --password-file data/keys/repository.key --keep-in FOLDER. Then capture anew what they held: blackstart capture`
}

/** By place, the place in `classes` of the gravest class of what it holds; an item without a class is treated as medium. */
function gravestByPlace(items: readonly HeldItem[]): ReadonlyMap<string, number> {
  const gravest = new Map<string, number>()
  for (const { class: cls, copies } of items) {
    const rank = classes.indexOf(cls ?? 'medium')
    const note = (place: string) => {
      if (rank < (gravest.get(place) ?? Number.POSITIVE_INFINITY)) gravest.set(place, rank)
    }
    for (const { place } of copies.copies) note(place)
    for (const place of copies.unverified) note(place)
  }
  return gravest
}
