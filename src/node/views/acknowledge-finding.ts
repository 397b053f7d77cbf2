import { acknowledge, type FindingName } from '../../archive/decide.ts'
import type { SiteRecord } from '../../archive/record.ts'
import { BlackstartError } from '../../errors.ts'
import type { JudgedFinding } from '../../policy/finding.ts'
import { parseDuration } from '../../site/duration.ts'
import type { JudgedSite } from '../judge-site.ts'
import type { Judged } from '../site-node.ts'
import { chooseSeen } from './find-findings.ts'
import { plantRows } from './plant-rows.ts'
import { everywhere, type Sight } from './sight.ts'

export interface AcknowledgeRequest extends FindingName {
  readonly reason: string
  /** A date, to its end by the clock of the site, or a duration from now. */
  readonly until: string | undefined
}

/** Bears a finding that there is now; returns until when. Throws `not-found`, `usage`. */
export async function acknowledgeFinding(
  { site, facts, judgement }: JudgedSite,
  record: SiteRecord,
  { code, subject, reason, until }: AcknowledgeRequest,
  signal: AbortSignal,
): Promise<Temporal.Instant> {
  const found = judgement.findings.find(one => one.code === code && one.subject === subject)
  if (found === undefined) throw noSuchFinding(judgement.findings, code, subject)
  const end = endOf(until, site.timezone, facts.now)
  await acknowledge(record, [{ code, subject, severity: found.severity, reason, until: end }], signal)
  return end
}

export interface FindingsOfCode {
  readonly code: string
  /** Whom they concern; absent: whomever. */
  readonly of?: string | undefined
  readonly severity?: readonly string[] | undefined
}

/** Those of a code that nobody bears, of what `sees` sees; what concerns no one zone is decided by those alone who see all. */
export function openFindings(judged: Judged, { code, of, severity }: FindingsOfCode, sees: Sight) {
  const { assetsById } = plantRows(judged)
  const isWithin = (subject: string) => {
    const asset = assetsById.get(subject.split('/')[0] ?? '')
    return sees === everywhere || (asset !== undefined && sees(asset.facts.zone))
  }
  return chooseSeen(judged, of, sees).filter(
    one =>
      one.code === code &&
      one.acknowledged === null &&
      (severity === undefined || severity.includes(one.severity)) &&
      isWithin(one.subject),
  )
}

/** Bears each of them, as `acknowledgeFinding` does. Throws `usage`. */
export async function acknowledgeFindings(
  { site, facts }: JudgedSite,
  record: SiteRecord,
  findings: readonly JudgedFinding[],
  { reason, until }: Pick<AcknowledgeRequest, 'reason' | 'until'>,
  signal: AbortSignal,
): Promise<void> {
  const end = endOf(until, site.timezone, facts.now)
  const each = findings.map(({ code, subject, severity }) => ({ code, subject, severity, reason, until: end }))
  await acknowledge(record, each, signal)
}

function noSuchFinding(findings: readonly JudgedFinding[], code: string, subject: string): BlackstartError {
  const others = findings.filter(one => one.subject === subject).map(one => one.code)
  const known =
    others.length === 0
      ? '"blackstart findings" lists what there is.'
      : `Of it there ${others.length === 1 ? 'is 1 finding' : `are ${others.length} findings`}: ${others.join(', ')}.`
  return new BlackstartError('not-found', `There is no finding ${code} of ${subject}. ${known}`)
}

const longest = Temporal.Duration.from({ hours: 2 * 366 * 24 })

/** The end of that day by the clock of the site, or that long from now. Throws `usage`. */
function endOf(text: string | undefined, timezone: string, now: Temporal.Instant): Temporal.Instant {
  const allowed = 'Give --until a date such as 2027-03-31 or a duration such as 30d, two years at most.'
  if (text === undefined) throw new BlackstartError('usage', `Nothing is borne without an end. ${allowed}`)
  const end = parseEnd(text, timezone, now)
  if (end === null) throw new BlackstartError('usage', `--until ${text} is neither a date nor a duration. ${allowed}`)
  if (Temporal.Instant.compare(end, now) <= 0) throw new BlackstartError('usage', `--until ${text} is past. ${allowed}`)
  if (Temporal.Instant.compare(end, now.add(longest)) > 0) {
    throw new BlackstartError('usage', `--until ${text} is too far off. ${allowed}`)
  }
  return end
}

function parseEnd(text: string, timezone: string, now: Temporal.Instant): Temporal.Instant | null {
  const duration = parseDuration(text)
  if (duration !== null) return now.add(duration)
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).add({ days: 1 }).toZonedDateTime(timezone).toInstant()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
