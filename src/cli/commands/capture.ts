import type { Command } from 'commander'
import type { Archive } from '../../archive/archive.ts'
import { reconcile } from '../../archive/reconcile.ts'
import { type SweepOptions, sweep, sweepDefaults } from '../../archive/sweep.ts'
import type { SweepResult } from '../../archive/sweep-session.ts'
import { BlackstartError } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { openSiteNode } from '../../node/open-site-node.ts'
import { programName } from '../../node/program-name.ts'
import { watchArchive } from '../../node/watch-archive.ts'
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
  if (options.loop === true) {
    if (words.length > 0) throw new BlackstartError('usage', '--loop captures every item: leave out the items.')
    return await runLoop(invocation)
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

async function runLoop({ folder, out, signal }: Invocation): Promise<ExitCode> {
  const onTrouble = (message: string) => out.line(message)
  await using node = await openSiteNode({ folder, onTrouble }, signal)
  const clock = () => timeText(node.now().toISOString(), node.site().site.timezone).slice(11)
  using _told = node.subscribe(event => {
    if (event.type !== 'run') return
    const { item, state, outcome, version, error, progress } = event.run
    if (state === 'reading') out.live(`${clock()}  ${item} …`)
    if (outcome === null || outcome === 'interrupted' || outcome === 'written') return
    out.line(`${clock()}  ${resultLine({ item, outcome, version, error, bytes: progress.bytes })}`)
  })
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
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
