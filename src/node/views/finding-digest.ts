import type { JudgedFinding, Severity } from '../../policy/finding.ts'
import type { JudgedSite } from '../judge-site.ts'

export interface FindingGroup {
  readonly code: JudgedFinding['code']
  readonly severity: Severity
  readonly first: JudgedFinding
  count: number
  open: number
}

/** What a list of findings comes to. */
export class FindingCounts {
  /** By code, in the order of the list: in that of a judgement the first of a code is the gravest of them. */
  readonly codes = new Map<string, FindingGroup>()
  readonly severities = { high: 0, medium: 0, low: 0 }
  /** Of these, those that nobody bears. */
  readonly open = { high: 0, medium: 0, low: 0 }
  acknowledged = 0

  static of(findings: readonly JudgedFinding[]): FindingCounts {
    const counts = new FindingCounts()
    for (const one of findings) counts.add(one)
    return counts
  }

  add(one: JudgedFinding): void {
    const { code, severity } = one
    const group = this.codes.get(code) ?? { code, severity, first: one, count: 0, open: 0 }
    if (group.count === 0) this.codes.set(code, group)
    group.count += 1
    this.severities[severity] += 1
    if (one.acknowledged !== null) this.acknowledged += 1
    else {
      group.open += 1
      this.open[severity] += 1
    }
  }
}

/** What pages ask of all findings of a judgement, of which there may be a hundred thousand: read once. */
export interface FindingDigest {
  /**
   * Of each finding, in its order, what its subject begins with: of `asset/item` the asset. The same text for the same asset:
   * it is looked up by quickly.
   */
  readonly heads: readonly string[]
  readonly counts: FindingCounts
  /** By such a head: those that nobody bears. */
  readonly openOf: ReadonlyMap<string, number>
  /** Those that somebody bears. */
  readonly borne: readonly JudgedFinding[]
}

type JudgedFindings = Pick<JudgedSite, 'index' | 'judgement'>

const made = new WeakMap<readonly JudgedFinding[], FindingDigest>()

export function findingDigest(judged: JudgedFindings): FindingDigest {
  const { findings } = judged.judgement
  const known = made.get(findings)
  if (known !== undefined) return known
  const slices = digestInSlices(judged, findings.length)
  let next = slices.next()
  while (next.done !== true) next = slices.next()
  return next.value
}

/** The same, made so many findings at a time; it is there when the last slice is done. */
export function* digestInSlices({ index, judgement }: JudgedFindings, slice: number): Generator<void, FindingDigest> {
  const { findings } = judgement
  const heads: string[] = []
  const counts = new FindingCounts()
  const openOf = new Map<string, number>()
  const borne: JudgedFinding[] = []
  let head = ''
  for (const one of findings) {
    if (heads.length > 0 && heads.length % slice === 0) yield
    // those of one asset come one after the other
    if (!isOf(one.subject, head)) {
      const found = headOf(one.subject)
      head = index.assets.get(found)?.id ?? found
    }
    heads.push(head)
    counts.add(one)
    if (one.acknowledged === null) openOf.set(head, (openOf.get(head) ?? 0) + 1)
    else borne.push(one)
  }
  const digest = { heads, counts, openOf, borne }
  made.set(findings, digest)
  return digest
}

function isOf(subject: string, head: string): boolean {
  return subject.startsWith(head) && (subject.length === head.length || subject[head.length] === '/')
}

function headOf(subject: string): string {
  const end = subject.indexOf('/')
  return end < 0 ? subject : subject.slice(0, end)
}
