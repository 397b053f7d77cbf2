import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import type { Archive } from '../../archive/archive.ts'
import { findVersion, parseItemVersion } from '../../archive/find-version.ts'
import { restoreVersion } from '../../archive/restore-version.ts'
import { writeToDevice } from '../../archive/write-to-device.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { BlackstartError, systemCode } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { watchArchive } from '../../node/watch-archive.ts'
import { ask } from '../ask.ts'
import { act, type Invocation } from '../invocation.ts'
import { selectItem } from '../select-items.ts'
import { bytesText, plural, spanText } from '../words.ts'
import { sweepSettings } from './capture.ts'

interface RestoreOptions {
  readonly to?: string
  readonly toDevice?: boolean
  readonly overwrite?: boolean
  readonly yes?: boolean
  readonly withoutSafetyCapture?: boolean
}

export function registerRestore(program: Command): void {
  program
    .command('restore')
    .argument('<version>', 'asset/item or asset/item@version; the latest by default, also @previous and @approved')
    .option('--to <dir>', 'into a folder')
    .option('--overwrite', 'with --to: also into a folder that is not empty; files of the same name are replaced')
    .option('--to-device', 'back to the device: captures what is there first, writes, reads back, compares')
    .option('--yes', 'with --to-device: do not ask')
    .option('--without-safety-capture', 'with --to-device: for a device that was replaced and holds nothing to read')
    .description('restore a version into a folder, or write it back to its device')
    .action(act<[string, RestoreOptions]>(restore))
}

async function restore(invocation: Invocation, word: string, options: RestoreOptions): Promise<undefined> {
  if ((options.to === undefined) === (options.toDevice !== true)) {
    throw new BlackstartError('usage', 'Say where to: --to DIR, or --to-device.')
  }
  const { item, version: which } = parseItemVersion(word)
  await using archive = await openSiteArchive(invocation)
  const version = await findVersion(archive.record, item, which ?? 'latest')
  if (options.to !== undefined) await toFolder(invocation, archive, version, path.resolve(options.to), options)
  else {
    using watch = watchArchive(archive)
    await toDevice(invocation, watch.archive, version, options).finally(() => watch.record())
  }
}

async function toFolder(
  { out, signal }: Invocation,
  archive: Archive,
  version: VersionRecord,
  target: string,
  options: RestoreOptions,
): Promise<void> {
  if (options.overwrite !== true) await refuseFilled(target)
  const started = performance.now()
  const onProgress = (bytes: number) =>
    out.live(`restoring ${version.item}: ${bytesText(bytes)} of ${bytesText(version.bytes)}`)
  const result = await restoreVersion(archive, version, { target, onProgress }, signal)
  await archive.record.add(
    [{ type: 'restored', item: version.item, version: version.id, to: 'folder', target, safety: null, result: 'done' }],
    signal,
  )
  const took = spanText(performance.now() - started)
  out.result(
    { item: version.item, version: version.id, target, ...result },
    `${version.item}@${version.id}: ${plural(result.files, 'file')}, ${bytesText(result.bytes)} in ${target}, every byte checked (${took})`,
  )
}

async function refuseFilled(target: string): Promise<void> {
  try {
    if ((await readdir(target)).length === 0) return
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw new BlackstartError('usage', `${target} is no folder.`, { cause: error })
  }
  throw new BlackstartError(
    'refused',
    `${target} is not empty. Choose an empty folder, or replace what has the same name with --overwrite.`,
  )
}

async function toDevice(
  invocation: Invocation,
  archive: Archive,
  version: VersionRecord,
  options: RestoreOptions,
): Promise<void> {
  const { out, signal } = invocation
  const of = selectItem(archive.site, version.item)
  const impact = archive.connectors.get(of.item.via)?.impact.restore ?? 'unsupported'
  const device = `${of.asset.name ?? of.asset.id}${of.asset.address === null ? '' : ` at ${of.asset.address}`}`
  const effect = impact === 'stops' ? ' This STOPS the machine.' : ''
  if (impact !== 'unsupported' && options.yes !== true)
    await confirm(`Write ${version.id} to ${device}?${effect}`, signal)
  const steps = {
    safety: 'capturing what the device holds now',
    write: `writing ${version.id}`,
    'read-back': 'reading back',
    compare: 'comparing',
  }
  const settings = sweepSettings(archive, out, true)
  const written = await writeToDevice(
    archive,
    of,
    version,
    {
      sweep: settings,
      withoutSafety: options.withoutSafetyCapture === true,
      onStep: step => out.line(`${version.item}: ${steps[step]}`),
    },
    signal,
  )
  const before = written.safety === null ? 'Nothing was read from it before.' : `It held ${written.safety} before.`
  out.result(
    { item: version.item, version: version.id, device: of.asset.address, ...written },
    `${device} holds ${version.id} again, read back and compared. ${before}`,
  )
}

async function confirm(question: string, signal: AbortSignal): Promise<void> {
  if (process.stdin.isTTY !== true)
    throw new BlackstartError('refused', `${question} Nobody can be asked here: add --yes.`)
  const answer = await ask(`${question} Type yes: `, { hidden: false }, signal)
  if (answer.trim().toLowerCase() !== 'yes') throw new BlackstartError('refused', 'Nothing was written.')
}
