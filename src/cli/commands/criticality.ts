import type { Command } from 'commander'
import { judgeSite } from '../../node/judge-site.ts'
import { modeLibrary } from '../../node/views/mode-library.ts'
import type { Class } from '../../policy/class.ts'
import { causeWords } from '../../policy/criticality/cause-words.ts'
import { suggestedModes } from '../../policy/criticality/failure-mode-library.ts'
import type { RankedCause, Ranking } from '../../policy/criticality/rank.ts'
import { assetKinds, scores } from '../../site/site.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { plural, spanText } from '../words.ts'
import { wrap } from '../wrap.ts'

export function registerCriticality(program: Command): void {
  program
    .command('criticality')
    .option('--library [kind]', 'failure modes to start a register from; of one kind of asset as YAML, ready to paste')
    .description('how critical each failure mode is, and what to look at first')
    .action(act<[{ readonly library?: string | true }]>(criticality))
}

/**
 * With --json: a `Ranking` (rank.ts) as it is; with --library `{ kinds: [{ kind, modes: [{ id, name, happens, noticed,
 * bringsBack, severityHint }] }] }`.
 */
async function criticality(
  invocation: Invocation,
  { library }: { readonly library?: string | true },
): Promise<undefined> {
  const { out } = invocation
  if (library !== undefined) {
    const { kinds, yaml } = modeLibrary(library === true ? null : library)
    out.result({ kinds }, yaml ?? listText(out))
    return
  }
  const { judgement } = await judgeSite(invocation)
  const ranking = judgement.ranking()
  out.result(ranking, renderCriticality(ranking, out))
}

function listText(out: Output): string {
  const lines = assetKinds
    .filter(kind => suggestedModes(kind).length > 0)
    .map(kind => {
      const modes = suggestedModes(kind).map(({ id }) => id)
      return wrap(`  ${out.style('bold', kind)}  ${modes.join(', ')}`, out.width, ' '.repeat(6))
    })
  return [...lines, '', 'Ready to paste into site.yaml: blackstart criticality --library KIND'].join('\n')
}

const legend =
  '  S severity, what would happen. P probability: the greater of Of, by age and failures, and Oc, by who can reach it. D how far it is from being brought back: 1 restored in a drill, a copy offline or locked · 2 restored · 3 verified, never restored · 4 not verified · 5 no copy. All from 1 to 5.'

const classStyles = {
  'very high': ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'green',
} as const satisfies Record<Class, Parameters<Output['style']>[0]>

/** The matrix, the ranking with what each score rests on, and what could not be ranked. */
export function renderCriticality(ranking: Ranking, out: Output): string {
  const { causes } = ranking
  const register =
    causes.length === 0
      ? ['The register is empty: nothing under failureModes in site.yaml says how anything fails.']
      : [
          out.style('bold', 'Causes by severity S and probability P'),
          matrixText(ranking, out),
          '',
          out.style('bold', 'What to look at first'),
          out.style('dim', wrap(legend, out.width, '  ')),
          ...causes.map((cause, index) => causeText(cause, index + 1, out)),
        ]
  return [...register, ...restText(ranking, out)].join('\n')
}

function matrixText({ matrix }: Ranking, out: Output): string {
  const rows = scores.toReversed().map(s => {
    const cells = matrix.filter(cell => cell.s === s)
    const shown = cells.map(({ class: cls, ids }) =>
      ids.length === 0 ? out.style('dim', cls) : out.style(classStyles[cls], `${cls}: ${ids.length}`),
    )
    return [`  S${s}`, ...shown]
  })
  return table(['', ...scores.map(p => `P${p}`)], rows)
}

function causeText(cause: RankedCause, number: number, out: Output): string {
  const { id, s, of, oc, p, d, slack } = cause
  const name = cause.kind === 'mode' ? cause.name : cause.kind === 'zone' ? 'the whole zone' : 'the whole domain'
  const words = causeWords(cause)
  const left =
    slack === null ? '' : slack < 0 ? `, over the MTD by ${spanText(-slack)}` : `, ${spanText(slack)} of the MTD left`
  const cls = out.style(classStyles[cause.class], cause.class.padEnd(9))
  const facts = `${' '.repeat(6)}S${s}: ${words.s}. Of ${of}: ${words.of}. Oc ${oc}: ${words.oc}. D${d}: ${words.d}.`
  return [
    `${String(number).padStart(4)}  ${cls}  S${s} P${p} D${d}  ${out.style('bold', id)}  ${name}${left}`,
    wrap(facts, out.width, ' '.repeat(6)),
  ].join('\n')
}

const whyUnscored = { 'no-assets': 'no asset is in it', 'no-modes': 'no asset in it has a failure mode' } as const

function restText({ unscored, withoutModes }: Ranking, out: Output): string[] {
  const lines: string[] = []
  if (unscored.length > 0) {
    const named = unscored.map(({ id, why }) => `${id} (${whyUnscored[why]})`).join(', ')
    lines.push(`Not ranked: ${named}.`)
  }
  if (withoutModes.length > 0) {
    const shown =
      withoutModes.length <= 6 ? withoutModes : [...withoutModes.slice(0, 5), `${withoutModes.length - 5} more`]
    const lack = withoutModes.length === 1 ? 'has' : 'have'
    lines.push(
      `${plural(withoutModes.length, 'asset')} ${lack} no failure mode: ${shown.join(', ')}. Start from "blackstart criticality --library KIND".`,
    )
  }
  return lines.length === 0 ? [] : ['', ...lines.map(line => wrap(line, out.width, '  '))]
}
