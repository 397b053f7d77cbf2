import type { Command } from 'commander'
import type { Archive } from '../../archive/archive.ts'
import { reconcile } from '../../archive/reconcile.ts'
import { type SweepOptions, type SweepResult, sweep, sweepDefaults } from '../../archive/sweep.ts'
import { BlackstartError } from '../../errors.ts'
import { type CaptureLoop, captureLoop } from '../../node/capture-loop.ts'
import { openItemIntervals } from '../../node/item-intervals.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { programName } from '../../node/program-name.ts'
import { type WatchedArchive, watchArchive } from '../../node/watch-archive.ts'
import { type AssetItem, itemsOf } from '../../site/item-lookup.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { selectItems } from '../select-items.ts'
import { bytesText, plural, timeText } from '../words.ts'
import { plainLines } from './repo/plain-text.ts'

interface CaptureOptions {
  readonly loop?: boolean
  readonly ignoreQuiet?: boolean
}

export function registerCapture(program: Command): void {
  program
    .command('capture')
    .argument('[items...]', 'asset/item, or an asset for all of its items; all items by default')
    .description('capture now')
    .option('--loop', "go on at each item's interval until Ctrl-C")
    .option('--ignore-quiet', 'also inside quiet windows')
    .action(act<[string[], CaptureOptions]>(capture))
}

async function capture(
  invocation: Invocation,
  words: string[],
  options: CaptureOptions,
): Promise<ExitCode | undefined> {
  if (options.loop === true && invocation.out.json) {
    throw new BlackstartError('usage', '--loop goes on without end and has no one document: leave out --json.')
  }
  await using opened = await openSiteArchive(invocation)
  using watch = watchArchive(opened)
  const { archive } = watch
  const items = selectItems(archive.site, words)
  const { lost, refused } = await reconcile(archive, invocation.signal)
  for (const { item, version } of lost) {
    invocation.out.line(`${item}@${version} is not in the repository any more. See: blackstart verify`)
  }
  for (const { snapshot, why } of refused) {
    invocation.out.line(
      `snapshot ${snapshot.slice(0, 8)} is not taken for a version: it ${why}. See: blackstart verify`,
    )
  }
  const settings = sweepSettings(archive, invocation.out, options.ignoreQuiet === true)
  if (options.loop === true) return await runLoop(invocation, watch, items, settings)
  const results = await sweep(archive, items, settings, invocation.signal)
  await watch.record()
  invocation.out.result({ results: results.map(resultDocument) }, summary(results, invocation.out))
  return exitCodeOf(results, invocation)
}

export function sweepSettings(archive: Archive, out: Output, ignoreQuiet: boolean): SweepOptions {
  const clock = () => timeText(archive.now().toISOString(), archive.site.timezone).slice(11)
  return {
    ...sweepDefaults,
    ignoreQuiet,
    program: programName,
    onStart: item => out.live(`${clock()}  ${item} …`),
    onResult: result => out.line(`${clock()}  ${resultLine(result)}`),
  }
}

async function runLoop(
  invocation: Invocation,
  { archive, record }: WatchedArchive,
  items: readonly AssetItem[],
  settings: SweepOptions,
): Promise<ExitCode> {
  const intervals = await openItemIntervals(archive)
  const loop: CaptureLoop = {
    items: items.length === 0 ? itemsOf(archive.site) : items,
    intervals,
    sweep: settings,
    onSwept: async () => {
      await record()
      await intervals.refresh()
    },
    onWait: next => invocation.out.live(`next: ${next.item} at ${timeText(next.at, archive.site.timezone).slice(11)}`),
  }
  await captureLoop(archive, loop, invocation.signal)
  return exitCodes.interrupted
}

function resultDocument(result: SweepResult): unknown {
  const { error, ...rest } = result
  return error === null ? rest : { ...rest, error }
}

const words: Readonly<Record<SweepResult['outcome'], string>> = {
  version: 'new version',
  equivalent: 'equivalent version (only volatile bytes differ)',
  confirmed: 'confirmed, unchanged',
  failed: 'FAILED',
}

function resultLine({ item, outcome, version, bytes, error }: SweepResult): string {
  if (error !== null) return `${item}  FAILED  ${plainLines(error.message)}`
  const stored = outcome === 'confirmed' ? `as ${version}` : `${version}, ${bytesText(bytes)}`
  return `${item}  ${words[outcome]}  ${stored}`
}

function summary(results: readonly SweepResult[], out: Output): string {
  const counts = Map.groupBy(results, result => result.outcome)
  const parts = (['version', 'equivalent', 'confirmed', 'failed'] as const).flatMap(outcome => {
    const count = counts.get(outcome)?.length ?? 0
    if (count === 0) return []
    const names = {
      version: plural(count, 'new version'),
      equivalent: plural(count, 'equivalent version'),
      confirmed: `${count} confirmed`,
      failed: out.style('red', `${count} failed`),
    }
    return [names[outcome]]
  })
  return parts.length === 0 ? 'Nothing to capture.' : parts.join(', ')
}

function exitCodeOf(results: readonly SweepResult[], { signal }: Invocation): ExitCode | undefined {
  if (signal.aborted) return exitCodes.interrupted
  const failed = results.filter(result => result.error !== null)
  if (failed.length === 0) return exitCodes.done
  if (failed.length < results.length) return exitCodes.part
  if (failed.every(result => result.error?.code === 'refused')) return exitCodes.refused
  return failed.every(result => result.error?.code === 'integrity') ? exitCodes.integrity : exitCodes.failed
}
