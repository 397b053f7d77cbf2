import { BlackstartError } from '../../errors.ts'
import type { Class } from '../../policy/class.ts'
import { classes } from '../../policy/class.ts'
import { findingCodes, type JudgedFinding, type Severity } from '../../policy/finding.ts'
import { wayUp } from '../../policy/way-up.ts'
import { quote } from '../../site/problem.ts'
import { createSuggest } from '../../site/suggest.ts'
import type { JudgedSite } from '../judge-site.ts'
import type { Judged } from '../site-node.ts'
import { pageOfRows } from './find-rows.ts'
import { FindingCounts, findingDigest } from './finding-digest.ts'
import { namesUnseen, plantRows, seesProcess } from './plant-rows.ts'
import { everywhere, oncePerSight, type Sight } from './sight.ts'

export interface FindingFilter {
  readonly code?: readonly string[] | undefined
  readonly severity?: readonly string[] | undefined
  readonly of?: string | undefined
  readonly acknowledged: 'yes' | 'no' | 'all'
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The gravest first, as the judgement orders them. */
export function findFindings(judged: Judged, filter: FindingFilter, sees: Sight) {
  const seen = chooseSeen(judged, filter.of, sees)
  const found = isOfAll(filter) ? seen : seen.filter(one => isIn(filter, one))
  const order = {
    list: 'findings',
    key: (one: JudgedFinding) => rank[one.severity],
    // as the judgement orders them
    id: ({ code, subject }: JudgedFinding) => `${code}\0${subject}`,
    ...{ descending: false, isSorted: true },
  }
  const { rows, ...rest } = pageOfRows(found, order, filter.cursor, filter.limit)
  const { codes, severities, acknowledged } = countsOf(judged, found)
  return {
    ...{ ...rest, severities, acknowledged, rows: rows.map(one => findingRow(judged, one)) },
    codes: codes
      .values()
      .map(({ first, ...group }) => ({ ...group, first: findingRow(judged, first) }))
      .toArray(),
  }
}

function isOfAll({ code, severity, acknowledged }: FindingFilter): boolean {
  return code === undefined && severity === undefined && acknowledged === 'all'
}

function isIn(filter: FindingFilter, { code, severity, acknowledged }: JudgedFinding): boolean {
  if (filter.code !== undefined && !filter.code.includes(code)) return false
  if (filter.severity !== undefined && !filter.severity.includes(severity)) return false
  return filter.acknowledged === 'all' || (filter.acknowledged === 'yes') === (acknowledged !== null)
}

const rank: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 }

export function findingId({ code, subject }: Pick<JudgedFinding, 'code' | 'subject'>): string {
  return `${code}@${subject}`
}

function findingRow(judged: Judged, finding: JudgedFinding) {
  const { code, severity, subject, facts, remedy, acknowledged } = finding
  return {
    ...{ id: findingId(finding), code, severity, subject, facts, remedy },
    ...{ about: aboutOf(judged, subject), class: findingClass(judged, subject) },
    acknowledged: acknowledged === null ? null : { ...acknowledged, until: acknowledged.until.toString() },
  }
}

function aboutOf(judged: Judged, subject: string): 'item' | 'asset' | 'process' | 'other' {
  const { itemsById, assetsById } = plantRows(judged)
  if (itemsById.has(subject)) return 'item'
  if (assetsById.has(subject)) return 'asset'
  return judged.index.needsOf.has(subject) ? 'process' : 'other'
}

/** Of what is asked for again and again, counted once. */
const counted = new WeakMap<readonly JudgedFinding[], FindingCounts>()

function countsOf(judged: Judged, findings: readonly JudgedFinding[]): FindingCounts {
  if (findings === judged.judgement.findings) return findingDigest(judged).counts
  const known = counted.get(findings) ?? FindingCounts.of(findings)
  counted.set(findings, known)
  return known
}

/** What concerns no one zone is shown to those alone who see all of them. */
export const seenFindings = oncePerSight((judged: Judged, sees: Sight): readonly JudgedFinding[] => {
  const { findings } = judged.judgement
  if (sees === everywhere) return findings
  const { assets, needsOf } = judged.index
  const { heads } = findingDigest(judged)
  return findings.filter((one, at) => {
    const asset = assets.get(heads[at] ?? '')
    if (asset !== undefined && one.subject !== asset.id) return sees(asset.zone)
    return seesSubject(judged, sees, one.subject) && !(needsOf.has(one.subject) && tellsUnseen(judged, sees, one))
  })
})

export function seenCounts(judged: Judged, sees: Sight): FindingCounts {
  return countsOf(judged, seenFindings(judged, sees))
}

/** Of a process, what its words tell of zones that somebody does not see. */
function tellsUnseen(judged: Judged, sees: Sight, { subject, facts, remedy }: JudgedFinding): boolean {
  return namesUnseen(judged, sees, subject, `${JSON.stringify(facts)} ${remedy}`)
}

function seesSubject(judged: Judged, sees: Sight, subject: string): boolean {
  const asset = judged.index.assets.get(subject.split('/')[0] ?? '')
  if (asset !== undefined) return sees(asset.zone)
  return sees(subject) || seesProcess(judged, sees, subject)
}

/** Of a word that is not seen nobody is told that there is such a thing. */
export function chooseSeen(judged: Judged, of: string | undefined, sees: Sight): readonly JudgedFinding[] {
  const seen = seenFindings(judged, sees)
  if (of === undefined) return seen
  if (sees !== everywhere && !seesSubject(judged, sees, of) && !(findingCodes as readonly string[]).includes(of)) {
    throw unknownWord(of, new Set(findingCodes))
  }
  const concerned = chooseFindings(judged, [of])
  if (sees === everywhere) return concerned
  const chosen = new Set(concerned)
  return seen.filter(one => chosen.has(one))
}

/** What to do first. */
export function findingSteps(judged: Judged, of: string | undefined, sees: Sight) {
  return of === undefined ? stepsOfAll(judged, sees) : makeSteps(judged, of, sees)
}

const stepsOfAll = oncePerSight((judged: Judged, sees: Sight) => makeSteps(judged, undefined, sees))

function makeSteps(judged: Judged, of: string | undefined, sees: Sight) {
  const steps = wayUp(chooseSeen(judged, of, sees), subject => findingClass(judged, subject))
  return {
    steps: steps.map(({ number, stage, class: cls, title, why, findings, remedies }) => ({
      ...{ number, stage, class: cls, title, why, count: findings.length },
      findings: findings.slice(0, 100).map(findingId),
      remedies: remedies.slice(0, 20),
    })),
  }
}

/** A process stands for all that it needs, an asset for its items too. Throws `usage`: of a mistyped word nothing may be found wanting. */
export function chooseFindings(judged: JudgedSite, words: readonly string[]): readonly JudgedFinding[] {
  const { index, judgement } = judged
  if (words.length === 0) return judgement.findings
  const subjects = new Set<string>(words)
  for (const word of words) {
    const needs = index.needsOf.get(word)
    for (const { id } of [...(needs?.assets ?? []), ...(needs?.items ?? [])]) subjects.add(id)
  }
  const { heads } = findingDigest(judged)
  const isNamed = ({ code, subject }: JudgedFinding, at: number) =>
    subjects.has(heads[at] ?? '') || subjects.has(code) || subjects.has(subject)
  const all = knownWords(judged)
  const wrong = words.find(word => !all.has(word))
  if (wrong !== undefined) throw unknownWord(wrong, all)
  return judgement.findings.filter(isNamed)
}

const wordsOf = new WeakMap<JudgedSite['judgement'], ReadonlySet<string>>()

/** Every word that may be meant; made once for a judgement. */
function knownWords(judged: JudgedSite): ReadonlySet<string> {
  const { site, index, judgement } = judged
  const known = wordsOf.get(judgement)
  if (known !== undefined) return known
  const all = new Set([
    ...findingCodes,
    ...[site.processes, site.assets, site.places, site.zones].flatMap(list => list.map(({ id }) => id)),
    ...index.items.map(({ id }) => id),
    ...judgement.findings.map(({ subject }) => subject),
    ...findingDigest(judged).heads,
    'node',
  ])
  wordsOf.set(judgement, all)
  return all
}

function unknownWord(word: string, known: ReadonlySet<string>): BlackstartError {
  const near = createSuggest()(word, known)
  const hint = near === null ? '"blackstart findings" lists all there is.' : `Did you mean ${quote(near)}?`
  return new BlackstartError(
    'usage',
    `${quote(word)} is no code of a finding, and nothing of site.yaml: neither process, asset, item, place nor zone. ${hint}`,
  )
}

type ClassOf = (subject: string) => Class | null
const classesOf = new WeakMap<JudgedSite['judgement'], ClassOf>()

/**
 * An item and its asset have the class of the asset, a process that of the gravest thing that it needs; the node and the
 * places serve all, and have the gravest class of the site.
 */
export function findingClass(judged: JudgedSite, subject: string): Class | null {
  const known = classesOf.get(judged.judgement) ?? classLookup(judged)
  classesOf.set(judged.judgement, known)
  return known(subject)
}

function classLookup({ site, judgement }: JudgedSite): ClassOf {
  const ofProcess = new Map(judgement.processes.map(one => [one.id, one.class]))
  const serving = new Set(['node', ...site.places.map(({ id }) => id)])
  const all = new Set(judgement.items.map(item => item.class))
  const gravest = classes.find(one => all.has(one)) ?? null
  return subject => {
    const own = ofProcess.get(subject)
    if (own !== undefined) return own
    return serving.has(subject) ? gravest : judgement.criticality.classOf(subject.split('/')[0] ?? '')
  }
}
