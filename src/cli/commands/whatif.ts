import type { Command } from 'commander'
import { BlackstartError } from '../../errors.ts'
import { judgeSite } from '../../node/judge-site.ts'
import { abridged } from '../../policy/verdict/verdict-reasons.ts'
import { type ItemAfter, type ProcessAfter, parseLoss, type WhatIf, whatIf } from '../../policy/what-if.ts'
import { formatMilliseconds } from '../../site/duration.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { spanText } from '../words.ts'
import { wrap } from '../wrap.ts'

export function registerWhatif(program: Command): void {
  program
    .command('whatif')
    .requiredOption('--lose <what>', 'zone:ID, domain:NAME, node or site')
    .description('which processes come back after a loss, from which copies, losing how much')
    .action(act<[{ readonly lose: string }]>(lose))
}

/** With --json the whole `WhatIf` of what-if.ts; times are milliseconds, `seen` an instant. */
async function lose(invocation: Invocation, options: { readonly lose: string }): Promise<undefined> {
  const { index, facts } = await judgeSite(invocation)
  const loss = parseLoss(index, options.lose)
  if ('refused' in loss) throw new BlackstartError('usage', loss.refused)
  const result = whatIf(index, facts, loss)
  invocation.out.result(result, text(result, invocation.out))
}

const outcomes = {
  'runs-on': ['green', 'RUNS ON'],
  'comes-back': ['yellow', 'COMES BACK'],
  'in-part': ['red', 'IN PART'],
  gone: ['red', 'GONE'],
} as const

function text(result: WhatIf, out: Output): string {
  const { assetsLost, placesLost, placesLeft, nodeLost, processes } = result
  const node = nodeLost
    ? [
        wrap(
          '  The site node is lost too: it is set up anew first, from a copy of the repository and the recovery kit.',
          out.width,
          '    ',
        ),
      ]
    : []
  return [
    out.style('bold', `If ${result.lose} is lost now`),
    wrap(`  Assets lost: ${assetsLost.length === 0 ? 'none' : assetsLost.join(', ')}`, out.width, '    '),
    wrap(
      `  Places lost: ${placesLost.join(', ') || 'none'}; left: ${placesLeft.join(', ') || 'none'}`,
      out.width,
      '    ',
    ),
    ...node,
    ...processes.map(process => `\n${processText(process, out)}`),
    ...(processes.length > 0
      ? []
      : [
          wrap(
            '  site.yaml names no process: nothing says what needs what. Add one under processes.',
            out.width,
            '    ',
          ),
        ]),
  ].join('\n')
}

function processText(process: ProcessAfter, out: Output): string {
  const [usual, word] = outcomes[process.outcome]
  const style = process.outcome === 'runs-on' && !isSafe(process) ? 'yellow' : usual
  const title = process.name === null ? process.id : `${process.id}, ${process.name}`
  const lost = process.items.filter(({ lost: isLost }) => isLost)
  return [
    `${out.style(style, word)}  ${out.style('bold', title)}`,
    ...(process.outcome === 'runs-on' ? runsOn(process, out) : [itemTable(lost)]),
    ...process.bare.map(asset => `  ${asset}: nothing of it is backed up, it is set up by hand`),
    ...lossLine(process),
    ...timeLine(process, out),
  ].join('\n')
}

function isSafe({ items }: ProcessAfter): boolean {
  return items.length > 0 && items.every(({ copies }) => copies.length > 0)
}

/** What it loses is not the plant but its safety net. */
function runsOn({ items }: ProcessAfter, out: Output): string[] {
  const bare = items.filter(({ copies }) => copies.length === 0).map(({ item }) => item)
  if (items.length === 0) return ['  Nothing of what it needs is backed up.']
  if (bare.length === 0) return ['  Verified copies of everything that it needs would be left.']
  const words = `  But no verified copy would be left of ${abridged(bare)}, should a device fail meanwhile.`
  return [out.style('red', wrap(words, out.width, '    '))]
}

function itemTable(items: readonly ItemAfter[]): string {
  const rows = items.map(({ item, copies: [best, ...others], age }) => [
    `  ${item}`,
    best === undefined ? 'NO COPY LEFT' : best.place,
    best?.version ?? '',
    age === null ? '' : spanText(age),
    others.length === 0 ? '' : `also ${others.map(({ place }) => place).join(', ')}`,
  ])
  return table(['  ITEM', 'FROM', 'VERSION', 'LOSES', ''], rows)
}

function lossLine({ outcome, loss, mtdl }: ProcessAfter): string[] {
  if (outcome === 'runs-on') return []
  const limit = { kept: 'within the MTDL', broken: 'MORE THAN THE MTDL ALLOWS', 'not-stated': 'no MTDL is stated' }[
    mtdl
  ]
  return [
    loss === null ? `  Loses everything of what has no copy: ${limit}.` : `  Loses up to ${spanText(loss)}: ${limit}.`,
  ]
}

function timeLine({ outcome, items, time, mtd }: ProcessAfter, out: Output): string[] {
  if (time === null) return []
  if (outcome === 'gone' || items.some(({ lost, copies }) => lost && copies.length === 0)) {
    const lack = outcome === 'gone' ? 'nothing' : 'not everything'
    return [out.style('red', `  Coming back is not possible: ${lack} would be left to restore it from.`)]
  }
  const limit = mtd === null ? 'no MTD is stated' : `the MTD is ${formatMilliseconds(mtd)}`
  const over = mtd !== null && time.lower > mtd
  const open = time.unknown.length === 0 ? '' : ` Not known, and not in it: ${abridged(time.unknown)}.`
  // of less than a minute nothing that counts is known
  const known =
    time.lower < 60_000 ? 'How long it takes is not known' : `Takes at least ${formatMilliseconds(time.lower)}`
  const least = wrap(`  ${known}; ${limit}.${open}`, out.width, '    ')
  return [over ? out.style('red', least) : least]
}
