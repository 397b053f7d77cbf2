import { stripVTControlCharacters } from 'node:util'
import type { Command } from 'commander'
import { BlackstartError } from '../../errors.ts'
import { type JudgedSite, judgeSite } from '../../node/judge-site.ts'
import { type CopyTerm, isMet } from '../../policy/copies/copy-terms.ts'
import type { Judgement } from '../../policy/judge.ts'
import type { ItemJudgement } from '../../policy/verdict/judge-item.ts'
import type { ProcessVerdict, Verdict } from '../../policy/verdict/process-verdict.ts'
import { formatDuration } from '../../site/duration.ts'
import { findingGroups } from '../findings-text.ts'
import { act, type Invocation } from '../invocation.ts'
import { nodeHealth } from '../node-client.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { plural, spanText, timeText } from '../words.ts'
import { wrap } from '../wrap.ts'
import { plainLines } from './repo/plain-text.ts'

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('verdict per process with its reasons, freshness per item, findings')
    .action(act(status))
}

/** Instants are ISO 8601, spans seconds; `node` is null where none works on the site. */
async function status(invocation: Invocation): Promise<undefined> {
  const judged = await judgeSite(invocation)
  const node = await problemsOfNode(invocation)
  invocation.out.result(document(judged.judgement, node), text(judged, node ?? [], invocation.out))
}

/** What the node that works on the site says of itself. Null where none does. */
async function problemsOfNode(invocation: Invocation): Promise<readonly string[] | null> {
  try {
    return (await nodeHealth(invocation))?.problems ?? null
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    return [error.message]
  }
}

function document({ processes, items, findings }: Judgement, problems: readonly string[] | null): unknown {
  const node = problems === null ? null : { problems }
  return { node, processes: processes.map(processDocument), items: items.map(itemDocument), findings }
}

function processDocument({ id, verdict, reasons, class: cls, mtd, rto, slack, scenarios }: ProcessVerdict): unknown {
  return {
    ...{ id, verdict, reasons, class: cls },
    ...{ mtdSeconds: seconds(mtd), rtoSeconds: seconds(rto), slackSeconds: seconds(slack) },
    scenarios: scenarios.map(({ loss, time, ...rest }) => ({
      ...rest,
      lossSeconds: seconds(loss),
      time:
        time === null
          ? null
          : {
              atLeastSeconds: seconds(time.lower),
              p90Seconds: seconds(time.p90),
              critical: time.critical.map(({ milliseconds, ...part }) => ({ ...part, seconds: milliseconds / 1000 })),
              unknown: time.unknown,
            },
    })),
  }
}

function itemDocument(item: ItemJudgement): unknown {
  const { schedule, copies } = item
  return {
    item: item.item,
    class: item.class,
    lastConfirmed: item.lastConfirmed?.toString() ?? null,
    fresh: item.fresh,
    limitSeconds: item.limit.total('seconds'),
    drifted: item.drifted,
    approved: item.approved,
    lastDrilled: item.lastDrilled?.toString() ?? null,
    intervalSeconds: schedule.interval.total('seconds'),
    intervalSource: schedule.source,
    copies: { rule: copies.rule, met: copies.met, terms: copies.terms },
  }
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000
}

const verdictStyles = { PROVEN: 'green', UNPROVEN: 'yellow', FAIL: 'red' } as const satisfies Record<Verdict, string>

const noProcess =
  '  site.yaml names none: nothing says what belongs together, what it can bear, and whether it would come back. Add one under processes.'

function text({ site, facts: { now }, judgement }: JudgedSite, problems: readonly string[], out: Output): string {
  const ago = (time: Temporal.Instant | null) =>
    time === null ? 'never' : `${spanText(now.epochMilliseconds - time.epochMilliseconds)} ago`
  const processes = judgement.processes.map(({ id, verdict, reasons }) => {
    const lines = reasons.map(reason => `\n${wrap(`      ${reason}`, out.width, ' '.repeat(8))}`).join('')
    return `  ${out.style(verdictStyles[verdict], verdict.padEnd(8))}  ${id}${lines}`
  })
  const borne = judgement.findings.filter(({ acknowledged }) => acknowledged !== null).length
  const open = judgement.findings.length - borne
  const more = `  Each one with its facts: blackstart findings. What to do first: blackstart findings --next${borne === 0 ? '' : `. ${plural(borne, 'finding')} acknowledged`}`
  return [
    `${out.style('bold', site.name)}, ${timeText(now, site.timezone)}`,
    ...problems.map(problem => wrap(`  ${out.style('red', 'NODE')}  ${plainLines(problem)}`, out.width, '        ')),
    '',
    out.style('bold', 'Processes'),
    ...(processes.length === 0 ? [wrap(noProcess, out.width, '  ')] : processes),
    ...(judgement.items.length === 0 ? [] : ['', out.style('bold', 'Items'), itemTable(judgement.items, ago, out)]),
    ...(open === 0 ? [] : ['', out.style('bold', `Findings (${open})`), ...findingGroups(judgement.findings, out)]),
    ...(judgement.findings.length === 0 ? [] : ['', wrap(more, out.width, '  ')]),
  ].join('\n')
}

/** A column, and where a terminal is narrow, the order in which columns are left out: the greatest first. */
interface Column {
  readonly head: string
  readonly spare: number
  cell(item: ItemJudgement): string
}

function itemTable(
  items: readonly ItemJudgement[],
  ago: (time: Temporal.Instant | null) => string,
  out: Output,
): string {
  const all: readonly Column[] = [
    { head: '  ITEM', spare: 0, cell: ({ item }) => `  ${item}` },
    { head: 'CLASS', spare: 2, cell: item => item.class ?? '-' },
    { head: 'STATE', spare: 0, cell: item => stateText(item, out) },
    { head: 'LAST READ', spare: 0, cell: ({ lastConfirmed }) => ago(lastConfirmed) },
    { head: 'LIMIT', spare: 3, cell: ({ limit }) => formatDuration(limit) },
    { head: 'EVERY', spare: 1, cell: ({ schedule }) => formatDuration(schedule.interval) },
    { head: 'COPIES', spare: 0, cell: item => copiesText(item, out) },
    { head: 'APPROVED', spare: items.some(({ drifted }) => drifted) ? 0 : 4, cell: item => approvedText(item, out) },
    { head: 'LAST DRILL', spare: 5, cell: ({ lastDrilled }) => ago(lastDrilled) },
  ]
  const of = (columns: readonly Column[]) =>
    table(
      columns.map(({ head }) => head),
      items.map(item => columns.map(({ cell }) => cell(item))),
    )
  for (let most = 5; most > 0; most -= 1) {
    const text = of(all.filter(({ spare }) => spare <= most))
    if (fits(text, out.width)) return text
  }
  return of(all.filter(({ spare }) => spare === 0))
}

function fits(text: string, width: number): boolean {
  return text.split('\n').every(line => stripVTControlCharacters(line).length <= width)
}

function stateText({ fresh, lastConfirmed }: ItemJudgement, out: Output): string {
  return fresh ? out.style('green', 'fresh') : out.style('red', lastConfirmed === null ? 'NOTHING' : 'STALE')
}

function approvedText({ approved, drifted, changedFrom }: ItemJudgement, out: Output): string {
  if (approved === null) return changedFrom === null ? '-' : out.style('yellow', 'changed')
  return drifted ? out.style('red', 'DRIFTED') : 'yes'
}

const termWords: Readonly<Record<CopyTerm['term'], string>> = {
  copies: 'copies',
  media: 'media',
  offsite: 'off site',
  'offline-or-locked': 'offline',
  errors: 'errors',
}

/** How many copies there are; where there are too few `2 of 3`, or what of their rule is not met. */
function copiesText({ copies: { terms, met } }: ItemJudgement, out: Output): string {
  const lacking = terms.find(term => !isMet(term))
  const has = terms.find(({ term }) => term === 'copies')?.has ?? 0
  if (lacking === undefined) return out.style(met ? 'green' : 'red', `${has}`)
  const of = lacking.term === 'errors' ? `${lacking.has} errors` : `${lacking.has} of ${lacking.needs}`
  const what = lacking.term === 'copies' || lacking.term === 'errors' ? of : `${of} ${termWords[lacking.term]}`
  return out.style('red', lacking.term === 'copies' ? what : `${has}, ${what}`)
}
