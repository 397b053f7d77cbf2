import type { Command } from 'commander'
import { type PruneOptions, type PruneReport, prune } from '../../../engine/prune/prune.ts'
import { parseSize } from '../../../engine/prune/size-words.ts'
import { parseUnusedLimit, type UnusedLimit } from '../../../engine/prune/unused-limit.ts'
import type { Repository } from '../../../engine/repository.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { bytesText, plural, spanText } from '../../words.ts'
import { addEngineOptions, type EngineOptions, longWaitOf, openEngine, parsed } from './engine-options.ts'
import { plainLines } from './plain-text.ts'

/** restic's words for what a prune may do. */
export interface PruneWords {
  readonly maxUnused?: UnusedLimit
  readonly maxRepackSize?: number
  readonly repackCacheableOnly?: boolean
  readonly repackSmall?: boolean
  readonly repackSmallerThan?: number
  readonly repackUncompressed?: boolean
}

interface PruneCommandOptions extends EngineOptions, PruneWords {
  readonly dryRun?: boolean
}

export function definePrune(command: Command): void {
  addPruneOptions(addEngineOptions(command))
    .option('-n, --dry-run', 'tells what would be removed')
    .action(act<[PruneCommandOptions]>(pruneRepository))
}

export function addPruneOptions(command: Command): Command {
  return command
    .option(
      '--max-unused <limit>',
      'how much that nothing needs may stay: 5%, 200M, unlimited',
      parsed(parseUnusedLimit),
    )
    .option('--max-repack-size <size>', 'repack so much at most: 500M, 2G', parsed(parseSize))
    .option('--repack-cacheable-only', 'repack only packs with trees')
    .option('--repack-small', 'repack packs below 80 % of a full one')
    .option('--repack-smaller-than <size>', 'repack packs below this', parsed(parseSize))
    .option('--repack-uncompressed', 'compress what is not compressed')
}

async function pruneRepository(invocation: Invocation, options: PruneCommandOptions): Promise<ExitCode> {
  await using opened = await openEngine(invocation, options)
  const report = await run(invocation, opened.repository, options)
  invocation.out.result(reportJson(report), reportText(report, options.dryRun === true))
  return report.problems.length === 0 ? exitCodes.done : exitCodes.integrity
}

/** The prune behind a forget, which has given its own result: what this one did is told beside it. */
export async function pruneAfter(
  invocation: Invocation,
  repository: Repository,
  options: PruneCommandOptions,
): Promise<ExitCode> {
  const report = await run(invocation, repository, options)
  invocation.out.line(reportText(report, options.dryRun === true))
  return report.problems.length === 0 ? exitCodes.done : exitCodes.integrity
}

async function run(invocation: Invocation, repository: Repository, options: PruneCommandOptions): Promise<PruneReport> {
  const { out, signal } = invocation
  const onProgress: PruneOptions['onProgress'] = ({ stage, done, total }) =>
    out.live(`prune: ${stage}: ${done}${total === 0 ? '' : ` of ${total}`}`)
  const { maxUnused, maxRepackSize, repackCacheableOnly, repackSmall, repackSmallerThan, repackUncompressed } = options
  const words = {
    ...(maxUnused && { maxUnused }),
    ...(maxRepackSize !== undefined && { maxRepackBytes: maxRepackSize }),
    ...(repackCacheableOnly && { repackCacheableOnly }),
    ...(repackSmall && { repackSmall }),
    ...(repackSmallerThan !== undefined && { repackSmallerThan }),
    ...(repackUncompressed && { repackUncompressed }),
  }
  const waiting = longWaitOf(invocation, options)
  return await prune(repository, { ...words, ...waiting, dryRun: options.dryRun === true, onProgress }, signal)
}

function reportJson({ exclusiveFor, ...report }: PruneReport): unknown {
  return { ...report, exclusive_ms: exclusiveFor }
}

function reportText({ bytes, packs, exclusiveFor, problems }: PruneReport, dryRun: boolean): string {
  const would = dryRun ? 'would be ' : ''
  return [
    ...problems.map(({ file, message }) => `${file}: ${plainLines(message)}`),
    `${plural(packs.removed, 'pack')} ${would}removed, ${packs.repacked} ${would}repacked, ${packs.kept} kept`,
    `${bytesText(bytes.freed)} ${would}freed; ${bytesText(bytes.used)} are in use, ${bytesText(bytes.unused)} are not`,
    ...(dryRun ? [] : [`others were kept out for ${spanText(exclusiveFor)}`]),
    ...(problems.length === 0
      ? []
      : [`${plural(problems.length, 'damaged pack')} stayed as they are: run check and repair`]),
  ].join('\n')
}
