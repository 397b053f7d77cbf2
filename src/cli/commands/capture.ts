import type { Command } from 'commander'
import type { Runs } from '../../api/schema/run.ts'
import type { Archive } from '../../archive/archive.ts'
import { reconcile } from '../../archive/reconcile.ts'
import { type SweepOptions, sweep, sweepDefaults } from '../../archive/sweep.ts'
import type { SweepResult } from '../../archive/sweep-session.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { programName } from '../../node/program-name.ts'
import { watchArchive } from '../../node/watch-archive.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation, withSiteOfNow } from '../invocation.ts'
import { findNode, type NodeClient } from '../node-client.ts'
import type { Output } from '../output.ts'
import { resultLine, resultOf } from '../run-lines.ts'
import { selectItems } from '../select-items.ts'
import { plural, timeText } from '../words.ts'

interface CaptureOptions {
  readonly ignoreQuiet?: boolean
}

export function registerCapture(program: Command): void {
  program
    .command('capture')
    .argument('[items...]', 'asset/item, or an asset for all of its items; all items by default')
    .description('capture now: by the node that works on the site, or by itself where none does')
    .option('--ignore-quiet', 'also inside quiet windows')
    .action(act<[string[], CaptureOptions]>(capture))
}

async function capture(
  invocation: Invocation,
  words: string[],
  options: CaptureOptions,
): Promise<ExitCode | undefined> {
  const node = await findNode(invocation)
  const results =
    node === null
      ? await captureAlone(invocation, words, options)
      : await captureByNode(invocation, node, words, options)
  invocation.out.result({ results: results.map(resultDocument) }, summary(results, invocation.out))
  return exitCodeOf(results, invocation)
}

async function captureByNode(
  { out }: Invocation,
  node: NodeClient,
  words: readonly string[],
  { ignoreQuiet = false }: CaptureOptions,
): Promise<readonly SweepResult[]> {
  const items = words.length === 0 ? 'all' : words
  const { rows } = await node.ask<Runs>('POST', '/api/captures', { items, ignoreQuiet })
  const ended = await node.follow(rows, run => {
    if (run.state === 'reading') out.live(`${clockOf(run.begun)}  ${run.item} …`)
    if (run.state === 'ended') out.line(`${clockOf(run.ended)}  ${resultLine(resultOf(run))}`)
  })
  return ended.map(resultOf)
}

/** Of this machine's clock: the site's time zone is the node's to know. */
function clockOf(time: string | null): string {
  return time === null ? '' : new Date(time).toTimeString().slice(0, 8)
}

async function captureAlone(
  invocation: Invocation,
  words: string[],
  options: CaptureOptions,
): Promise<readonly SweepResult[]> {
  await using opened = await openSiteArchive(withSiteOfNow(invocation))
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
  return results
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

function resultDocument(result: SweepResult): unknown {
  const { error, ...rest } = result
  return error === null ? rest : { ...rest, error }
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
