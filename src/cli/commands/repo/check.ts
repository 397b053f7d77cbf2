import type { Command } from 'commander'
import { type DataSubset, parseDataSubset } from '../../../engine/check/data-subset.ts'
import { type CheckOptions, type CheckReport, check } from '../../../engine/check.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { bytesText, plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openBackend, openEngine, parsed } from './engine-options.ts'
import { plainLines } from './plain-text.ts'

interface CheckWords extends EngineOptions {
  readonly readData?: boolean
  readonly readDataSubset?: DataSubset
  readonly copy?: string
}

export function defineCheck(command: Command): void {
  addEngineOptions(command)
    .option('--read-data', 'read every byte')
    .option(
      '--read-data-subset <subset>',
      'read a part: 2/5 is the second fifth, 10% or 5G by chance, 30d everything within thirty days of a daily check',
      parsed(parseDataSubset),
    )
    .option('--copy <location>', 'another copy of the repository: what it has and this one lacks is told too')
    .action(act<[CheckWords]>(checkRepository))
}

async function checkRepository(invocation: Invocation, options: CheckWords): Promise<ExitCode> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const { repo: _, repositoryFile: __, ...reached } = options
  await using copy =
    options.copy === undefined ? null : await openBackend(invocation, { ...reached, repo: options.copy })
  await using _lock = await lockToRead(repository, options, signal)
  const { readData = false, readDataSubset: subset } = options
  const onProgress: CheckOptions['onProgress'] = ({ stage, done, total }) =>
    out.live(`checking ${stage}: ${done} of ${total}`)
  const words = { ...(subset && { subset }), ...(copy && { copy }), onProgress }
  const report = await check(repository, { readData: readData || subset !== undefined, ...words }, signal)
  out.result(reportJson(report), reportText(report))
  return report.problems.length === 0 ? exitCodes.done : exitCodes.integrity
}

/** The report, and beside it what restic's summary says. */
function reportJson(report: CheckReport): unknown {
  const { problems, unlisted, unreferencedPacks } = report
  const broken = problems.filter(({ kind }) => kind === 'pack').map(({ file }) => file.slice(file.lastIndexOf('/') + 1))
  return {
    ...{ message_type: 'summary', num_errors: problems.length + unlisted, broken_packs: [...new Set(broken)] },
    suggest_repair_index: problems.some(({ kind }) => kind === 'index'),
    suggest_prune: unreferencedPacks.length > 0,
    ...report,
  }
}

function reportText({
  problems,
  unlisted,
  unreferencedPacks,
  snapshots,
  packs,
  packsRead,
  bytesRead,
}: CheckReport): string {
  const left = unreferencedPacks.length
  const read = packsRead === 0 ? '' : `, of which ${packsRead} were read (${bytesText(bytesRead)})`
  return [
    ...problems.map(({ file, message }) => `${file}: ${plainLines(message)}`),
    ...(unlisted === 0 ? [] : [`and ${plural(unlisted, 'more error')}`]),
    ...(left === 0 ? [] : [`${plural(left, 'pack')} that no index names, left by interrupted runs: harmless`]),
    problems.length === 0
      ? `no errors: ${plural(snapshots, 'snapshot')}, ${plural(packs, 'pack')}${read}`
      : plural(problems.length + unlisted, 'error'),
  ].join('\n')
}
