import type { Command } from 'commander'
import type { Judgement } from '../../policy/judge.ts'
import type { ItemJudgement } from '../../policy/verdict/judge-item.ts'
import type { ProcessVerdict, Verdict } from '../../policy/verdict/judge-process.ts'
import { findingGroups } from '../findings-text.ts'
import { act, type Invocation } from '../invocation.ts'
import { type JudgedSite, judgeSite } from '../judge-site.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { plural, spanText, timeText } from '../words.ts'
import { wrap } from '../wrap.ts'

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('verdict per process with its reasons, freshness per item, findings')
    .action(act(status))
}

/** Instants are ISO 8601, spans seconds. */
async function status(invocation: Invocation): Promise<undefined> {
  const judged = await judgeSite(invocation)
  invocation.out.result(document(judged.judgement), text(judged, invocation.out))
}

function document({ processes, items, findings }: Judgement): unknown {
  return { processes: processes.map(processDocument), items: items.map(itemDocument), findings }
}

export function processDocument({
  id,
  verdict,
  reasons,
  class: cls,
  mtd,
  rto,
  slack,
  scenarios,
}: ProcessVerdict): unknown {
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

export const verdictStyles = { PROVEN: 'green', UNPROVEN: 'yellow', FAIL: 'red' } as const satisfies Record<
  Verdict,
  string
>

function text({ site, facts: { now }, judgement }: JudgedSite, out: Output): string {
  const ago = (time: Temporal.Instant | null) =>
    time === null ? 'never' : `${spanText(now.epochMilliseconds - time.epochMilliseconds)} ago`
  const processes = judgement.processes.map(({ id, verdict, reasons }) => {
    const lines = reasons.map(reason => `\n${wrap(`      ${reason}`, out.width, ' '.repeat(8))}`).join('')
    return `  ${out.style(verdictStyles[verdict], verdict)}  ${id}${lines}`
  })
  const items = judgement.items.map(item => [
    `  ${item.item}`,
    item.class ?? '-',
    item.fresh ? out.style('green', 'fresh') : out.style('red', item.lastConfirmed === null ? 'NOTHING' : 'STALE'),
    ago(item.lastConfirmed),
    spanText(item.limit.total('milliseconds')),
    spanText(item.schedule.interval.total('milliseconds')),
    copiesText(item, out),
    item.approved === null ? '-' : item.drifted ? out.style('red', 'DRIFTED') : 'yes',
    ago(item.lastDrilled),
  ])
  const head = ['  ITEM', 'CLASS', 'STATE', 'LAST READ', 'LIMIT', 'EVERY', 'COPIES', 'APPROVED', 'LAST DRILL']
  const borne = judgement.findings.filter(({ acknowledged }) => acknowledged !== null).length
  const open = judgement.findings.length - borne
  const more = `  Each one with its facts: blackstart findings. What to do first: blackstart findings --next${borne === 0 ? '' : `. ${plural(borne, 'finding')} acknowledged`}`
  return [
    `${out.style('bold', site.name)}, ${timeText(now, site.timezone)}`,
    ...(processes.length === 0 ? [] : ['', out.style('bold', 'Processes'), ...processes]),
    ...(items.length === 0 ? [] : ['', out.style('bold', 'Items'), table(head, items)]),
    ...(open === 0 ? [] : ['', out.style('bold', `Findings (${open})`), ...findingGroups(judgement.findings, out)]),
    ...(judgement.findings.length === 0 ? [] : ['', wrap(more, out.width, '  ')]),
  ].join('\n')
}

/** `1 of 3`, and green where the rule of its class is met. */
function copiesText({ copies }: ItemJudgement, out: Output): string {
  const term = copies.terms.find(one => one.term === 'copies')
  return out.style(copies.met ? 'green' : 'red', `${term?.has ?? 0} of ${term?.needs ?? 0}`)
}
