import type { Command } from 'commander'
import { endAcknowledgement } from '../../archive/decide.ts'
import { judgeSite } from '../../node/judge-site.ts'
import { openSiteRecord } from '../../node/open-site.ts'
import { acknowledgeFinding } from '../../node/views/acknowledge-finding.ts'
import { chooseFindings, findingClass } from '../../node/views/find-findings.ts'
import type { JudgedFinding } from '../../policy/finding.ts'
import { type WayUpStep, wayUp } from '../../policy/way-up.ts'
import { findingText, severityText } from '../findings-text.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { timeText } from '../words.ts'
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
    .action(act<[string, string, AcknowledgeOptions]>(acknowledge))
}

async function findings(
  invocation: Invocation,
  words: string[],
  { next }: { readonly next?: boolean },
): Promise<undefined> {
  const judged = await judgeSite(invocation)
  const chosen = chooseFindings(judged, words)
  if (next === true) {
    const steps = wayUp(chosen, subject => findingClass(judged, subject))
    invocation.out.result({ steps }, wayUpText(steps, words, invocation.out))
    return
  }
  invocation.out.result({ findings: chosen }, listText(chosen, words, judged.site.timezone, invocation.out))
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

async function acknowledge(
  invocation: Invocation,
  code: string,
  subject: string,
  { reason, until, end }: AcknowledgeOptions,
): Promise<undefined> {
  const judged = await judgeSite(invocation)
  const { signal, out } = invocation
  if (end === true) {
    await using record = await openSiteRecord(invocation)
    await endAcknowledgement(record, { code, subject }, reason, signal)
    out.result({ code, subject, acknowledged: null }, `${code} of ${subject} is acknowledged no more.`)
    return
  }
  await using record = await openSiteRecord(invocation)
  const instant = await acknowledgeFinding(judged, record, { code, subject, reason, until }, signal)
  out.result(
    { code, subject, acknowledged: { reason, until: instant.toString(), actor: invocation.actor } },
    `${code} of ${subject} is acknowledged until ${timeText(instant, judged.site.timezone)}. It changes no verdict.`,
  )
}
