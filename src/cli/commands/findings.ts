import type { Command } from 'commander'
import { acknowledge, endAcknowledgement } from '../../archive/decide.ts'
import { BlackstartError } from '../../errors.ts'
import { type JudgedSite, judgeSite } from '../../node/judge-site.ts'
import { openSiteRecord } from '../../node/open-site.ts'
import { type Class, classes } from '../../policy/class.ts'
import { findingCodes, type JudgedFinding } from '../../policy/finding.ts'
import { type WayUpStep, wayUp } from '../../policy/way-up.ts'
import { parseDuration } from '../../site/duration.ts'
import { quote } from '../../site/problem.ts'
import { createSuggest } from '../../site/suggest.ts'
import { findingText, severityText } from '../findings-text.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { plural, timeText } from '../words.ts'
import { wrap } from '../wrap.ts'

export function registerFindings(program: Command): void {
  program
    .command('findings')
    .argument(
      '[words...]',
      'codes, or whom it concerns: a process with all it needs, an asset, an item, a place …; all by default',
    )
    .option('--next', 'as a way up: the step that buys most first')
    .description('computed gaps, each with the facts it rests on and what closes it')
    .action(act<[string[], { readonly next?: boolean }]>(findings))
  program
    .command('acknowledge')
    .argument('<code>', 'of a finding: mtdl-infeasible, copies-missing …')
    .argument('<subject>', 'what it is about')
    .requiredOption('--reason <text>', 'why it is borne, or why it is borne no more')
    .option('--until <end>', 'until when: a date (2027-03-31) or a duration (30d), two years at most')
    .option('--end', 'end the acknowledgement')
    .description('bear a finding until a date; it stays visible, and comes back when it becomes graver')
    .action(act<[string, string, AcknowledgeOptions]>(acknowledgeFinding))
}

async function findings(
  invocation: Invocation,
  words: string[],
  { next }: { readonly next?: boolean },
): Promise<undefined> {
  const judged = await judgeSite(invocation)
  const chosen = choose(judged, words)
  if (next === true) {
    const steps = wayUp(chosen, subject => classOf(judged, subject))
    invocation.out.result({ steps }, wayUpText(steps, words, invocation.out))
    return
  }
  invocation.out.result({ findings: chosen }, listText(chosen, words, judged.site.timezone, invocation.out))
}

/** A process stands for all that it needs, an asset for its items too. Throws `usage`: of a mistyped word nothing may be found wanting. */
function choose({ site, index, judgement }: JudgedSite, words: readonly string[]): readonly JudgedFinding[] {
  if (words.length === 0) return judgement.findings
  const subjects = new Set<string>(words)
  for (const word of words) {
    const needs = index.needsOf.get(word)
    for (const { id } of [...(needs?.assets ?? []), ...(needs?.items ?? [])]) subjects.add(id)
  }
  const isNamed = ({ code, subject }: JudgedFinding) =>
    subjects.has(code) || subjects.has(subject) || subjects.has(subject.split('/')[0] ?? '')
  const known = [
    ...findingCodes,
    ...[site.processes, site.assets, site.places, site.zones].flatMap(all => all.map(({ id }) => id)),
    ...index.items.map(({ id }) => id),
    ...judgement.findings.map(({ subject }) => subject),
    ...judgement.findings.map(({ subject }) => subject.split('/')[0] ?? ''),
    'node',
  ]
  const all = new Set(known)
  const wrong = words.find(word => !all.has(word))
  if (wrong !== undefined) throw unknownWord(wrong, all)
  return judgement.findings.filter(isNamed)
}

function unknownWord(word: string, known: ReadonlySet<string>): BlackstartError {
  const near = createSuggest()(word, known)
  const hint = near === null ? '"blackstart findings" lists all there is.' : `Did you mean ${quote(near)}?`
  return new BlackstartError(
    'usage',
    `${quote(word)} is no code of a finding, and nothing of site.yaml: neither process, asset, item, place nor zone. ${hint}`,
  )
}

function listText(chosen: readonly JudgedFinding[], words: readonly string[], timezone: string, out: Output): string {
  if (chosen.length === 0) {
    return words.length === 0
      ? 'Nothing is found wanting.'
      : `Nothing is found wanting of ${words.join(', ')}. "blackstart findings" lists all.`
  }
  const ordered = [
    ...chosen.filter(({ acknowledged }) => acknowledged === null),
    ...chosen.filter(({ acknowledged }) => acknowledged !== null),
  ]
  return ordered.map(finding => findingText(finding, timezone, out)).join('\n')
}

/**
 * An item and its asset have the class of the asset, a process that of the gravest thing that it needs; the node and the
 * places serve all, and have the gravest class of the site.
 */
function classOf({ site, judgement }: JudgedSite, subject: string): Class | null {
  const process = judgement.processes.find(({ id }) => id === subject)
  if (process !== undefined) return process.class
  const serves = subject === 'node' || site.places.some(({ id }) => id === subject)
  const all = new Set(judgement.items.map(item => item.class))
  return serves
    ? (classes.find(one => all.has(one)) ?? null)
    : judgement.criticality.classOf(subject.split('/')[0] ?? '')
}

function wayUpText(steps: readonly WayUpStep[], words: readonly string[], out: Output): string {
  if (steps.length === 0)
    return words.length === 0 ? 'Nothing is left to do.' : `Nothing is left to do of ${words.join(', ')}.`
  return steps
    .map(({ number, title, why, findings, remedies }) => {
      const subjects = [...new Set(findings.map(({ subject }) => subject))]
      const shown = subjects.length <= 6 ? subjects : [...subjects.slice(0, 5), `${subjects.length - 5} more`]
      const severity = findings.some(one => one.severity === 'high')
        ? 'high'
        : findings.some(one => one.severity === 'medium')
          ? 'medium'
          : 'low'
      return [
        `${String(number).padStart(3)}  ${severityText(severity, out)}  ${out.style('bold', title)}`,
        wrap(`     ${why}`, out.width, ' '.repeat(5)),
        wrap(`     ${shown.join(', ')}`, out.width, ' '.repeat(5)),
        ...remedies.slice(0, 3).map(remedy => wrap(`     - ${remedy}`, out.width, ' '.repeat(7))),
        ...(remedies.length <= 3
          ? []
          : [
              wrap(
                `     - ${remedies.length - 3} more: blackstart findings ${[...new Set(findings.map(({ code }) => code))].join(' ')}`,
                out.width,
                ' '.repeat(7),
              ),
            ]),
      ].join('\n')
    })
    .join('\n\n')
}

interface AcknowledgeOptions {
  readonly reason: string
  readonly until?: string
  readonly end?: boolean
}

async function acknowledgeFinding(
  invocation: Invocation,
  code: string,
  subject: string,
  { reason, until, end }: AcknowledgeOptions,
): Promise<undefined> {
  const { site, facts, judgement } = await judgeSite(invocation)
  const { signal, out } = invocation
  if (end === true) {
    await using record = await openSiteRecord(invocation)
    await endAcknowledgement(record, { code, subject }, reason, signal)
    out.result({ code, subject, acknowledged: null }, `${code} of ${subject} is acknowledged no more.`)
    return
  }
  const found = judgement.findings.find(one => one.code === code && one.subject === subject)
  if (found === undefined) throw noSuchFinding(judgement.findings, code, subject)
  const instant = endOf(until, site.timezone, facts.now)
  await using record = await openSiteRecord(invocation)
  const { severity } = found
  await acknowledge(record, { code, subject, severity, reason, until: instant }, signal)
  out.result(
    { code, subject, acknowledged: { reason, until: instant.toString(), actor: invocation.actor } },
    `${code} of ${subject} is acknowledged until ${timeText(instant, site.timezone)}. It changes no verdict.`,
  )
}

function noSuchFinding(findings: readonly JudgedFinding[], code: string, subject: string): BlackstartError {
  const others = findings.filter(one => one.subject === subject).map(one => one.code)
  const known =
    others.length === 0
      ? '"blackstart findings" lists what there is.'
      : `Of it there ${others.length === 1 ? 'is' : 'are'} ${plural(others.length, 'finding')}: ${others.join(', ')}.`
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
