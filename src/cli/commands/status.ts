import type { Command } from 'commander'
import { gatherFacts } from '../../node/gather-facts.ts'
import type { Finding, Severity } from '../../policy/finding.ts'
import { type Judgement, judge, type Verdict } from '../../policy/judge.ts'
import type { Site } from '../../site/site.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { loadSite, openSiteRecord, repositoryBackend } from '../site-context.ts'
import { table } from '../table.ts'
import { spanText, timeText } from '../words.ts'
import { wrap } from '../wrap.ts'

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('verdict and findings per process, freshness, drift and last drill per item')
    .action(act(status))
}

async function status(invocation: Invocation): Promise<undefined> {
  const site = await loadSite(invocation)
  await using record = await openSiteRecord(invocation)
  const facts = await gatherFacts(invocation.folder, site, record, repositoryBackend(invocation.folder, site).location)
  const judgement = judge(site, facts)
  invocation.out.result(document(judgement), text(site, judgement, facts.now, invocation.out))
}

function document({ processes, items, findings }: Judgement): unknown {
  return {
    processes,
    items: items.map(({ limit, lastConfirmed, lastDrilled, ...rest }) => ({
      ...rest,
      lastConfirmed: lastConfirmed?.toString() ?? null,
      limitSeconds: limit.total('seconds'),
      lastDrilled: lastDrilled?.toString() ?? null,
    })),
    findings,
  }
}

const verdictStyles = { PROVEN: 'green', UNPROVEN: 'yellow', FAIL: 'red' } as const satisfies Record<Verdict, string>
const severityStyles = { high: 'red', medium: 'yellow', low: 'dim' } as const satisfies Record<Severity, string>

function text(site: Site, judgement: Judgement, now: Temporal.Instant, out: Output): string {
  const ago = (time: Temporal.Instant | null) =>
    time === null ? 'never' : `${spanText(now.epochMilliseconds - time.epochMilliseconds)} ago`
  const processes = judgement.processes.map(({ id, verdict, reasons }) => {
    const lines = reasons.map(reason => `\n${wrap(`      ${reason}`, out.width, ' '.repeat(8))}`).join('')
    return `  ${out.style(verdictStyles[verdict], verdict)}  ${id}${lines}`
  })
  const items = judgement.items.map(item => [
    `  ${item.item}`,
    item.fresh ? out.style('green', 'fresh') : out.style('red', item.lastConfirmed === null ? 'NOTHING' : 'STALE'),
    ago(item.lastConfirmed),
    spanText(item.limit.total('milliseconds')),
    item.approved === null ? '-' : item.drifted ? out.style('red', 'DRIFTED') : 'yes',
    ago(item.lastDrilled),
  ])
  const head = ['  ITEM', 'STATE', 'LAST READ', 'LIMIT', 'APPROVED', 'LAST DRILL']
  return [
    `${out.style('bold', site.name)}, ${timeText(now, site.timezone)}`,
    ...(processes.length === 0 ? [] : ['', out.style('bold', 'Processes'), ...processes]),
    ...(items.length === 0 ? [] : ['', out.style('bold', 'Items'), table(head, items)]),
    ...findingsText(judgement.findings, out),
  ].join('\n')
}

function findingsText(findings: readonly Finding[], out: Output): string[] {
  if (findings.length === 0) return []
  const rows = [...Map.groupBy(findings, finding => finding.code).values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const head = `  ${out.style(severityStyles[first.severity], first.severity.padEnd(6))}  ${first.code}`
    if (group.length <= 3) return group.map(finding => `${head}  ${finding.subject}\n${remedyText(finding, out)}`)
    const subjects = group.slice(0, 3).map(finding => finding.subject)
    return [`${head}  ${subjects.join(', ')} and ${group.length - 3} more\n${remedyText(first, out)}`]
  })
  return ['', out.style('bold', `Findings (${findings.length})`), ...rows]
}

function remedyText({ remedy }: Finding, out: Output): string {
  const indent = ' '.repeat(10)
  return wrap(`${indent}${remedy}`, out.width, indent)
}
