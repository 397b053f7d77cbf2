import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import type { Archive } from '../../archive/archive.ts'
import { findVersion, parseItemVersion } from '../../archive/find-version.ts'
import type { JournalEvent } from '../../archive/journal-event.ts'
import { restoreVersion } from '../../archive/restore-version.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { writeToDevice } from '../../archive/write-to-device.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { BlackstartError, isOfDisk, systemCode } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { openReserve } from '../../node/reserve.ts'
import { watchArchive } from '../../node/watch-archive.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation, withSiteOfNow } from '../invocation.ts'
import { findNode } from '../node-client.ts'
import { confirmWrite, restoreByNode } from '../restore-by-node.ts'
import { selectItem } from '../select-items.ts'
import { bytesText, plural, spanText } from '../words.ts'
import { sweepSettings } from './capture.ts'

interface RestoreOptions {
  readonly to?: string
  readonly toDevice?: boolean
  readonly overwrite?: boolean
  readonly yes?: boolean
  readonly withoutSafetyCapture?: boolean
  readonly reason?: string
  readonly breakGlass?: string
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
    .option(
      '--reason <text>',
      'with --to-device: why; for the journal, and for the second person where the site asks for one',
    )
    .option('--break-glass <reason>', 'with --to-device: without the second person; recorded, and told to everyone')
    .description('restore a version into a folder, or write it back to its device')
    .action(act<[string, RestoreOptions]>(restore))
}

async function restore(invocation: Invocation, word: string, options: RestoreOptions): Promise<ExitCode> {
  if ((options.to === undefined) === (options.toDevice !== true)) {
    throw new BlackstartError('usage', 'Say where to: --to DIR, or --to-device.')
  }
  if (options.to === '') throw new BlackstartError('usage', 'Say where to: --to names no folder.')
  const { item, version: which } = parseItemVersion(word)
  const node = options.to === undefined ? await findNode(invocation) : null
  if (node !== null) {
    await restoreByNode(invocation, node, item, which ?? 'latest', options)
    return exitCodes.done
  }
  await openReserve(sitePaths(invocation.folder).reserve).giveAll()
  const access = options.to === undefined ? withSiteOfNow(invocation) : invocation
  await using archive = await openSiteArchive(access)
  const version = await findVersion(archive.record, item, which ?? 'latest')
  if (options.to !== undefined) return await toFolder(invocation, archive, version, path.resolve(options.to), options)
  const recorded = await secondPerson(archive, version, options, invocation)
  using watch = watchArchive(archive)
  await toDevice(invocation, watch.archive, version, options).finally(() => watch.record())
  return recorded ? exitCodes.done : exitCodes.part
}

/** Where no node works there is nobody to ask: the glass can be broken. False where that could not be recorded. */
async function secondPerson(
  archive: Archive,
  { item, id }: VersionRecord,
  { breakGlass, withoutSafetyCapture }: RestoreOptions,
  invocation: Invocation,
): Promise<boolean> {
  const { asset } = selectItem(archive.site, item)
  if (!asksTwo(archive, item)) return true
  if (breakGlass === undefined) {
    throw new BlackstartError(
      'refused',
      `${item}: zone ${asset.zone} asks for a second person, and no node works that could ask one. Start it (blackstart serve), or go on without: --break-glass REASON. That is recorded, and told to everyone.`,
    )
  }
  const about = { id: randomUUID(), kind: 'write-to-device', item, version: id, by: invocation.actor, from: null }
  const terms = withoutSafetyCapture === true ? { withoutSafety: true } : {}
  const event = { type: 'request' as const, action: 'broke-glass' as const, ...about, reason: breakGlass, ...terms }
  return noteOrTell(invocation, archive, event)
}

/** A full disk stands in the way of no restore: what cannot be recorded is told, and then false. */
async function noteOrTell({ out, signal }: Invocation, archive: Archive, event: JournalEvent): Promise<boolean> {
  try {
    await archive.record.add([event], signal)
    return true
  } catch (error) {
    if (!isOfDisk(error)) throw error
    out.line(`The journal does not say that this was done: note it by hand. ${error.message}`)
    return false
  }
}

function asksTwo({ site }: Archive, item: string): boolean {
  const { asset } = selectItem(site, item)
  return site.zones.some(({ id, twoPeople }) => id === asset.zone && twoPeople)
}

async function toFolder(
  invocation: Invocation,
  archive: Archive,
  version: VersionRecord,
  target: string,
  options: RestoreOptions,
): Promise<ExitCode> {
  const { out, signal } = invocation
  if (options.overwrite !== true) await refuseFilled(target)
  const started = performance.now()
  const onProgress = (bytes: number) =>
    out.live(`restoring ${version.item}: ${bytesText(bytes)} of ${bytesText(version.bytes)}`)
  const result = await restoreVersion(archive, version, { target, onProgress }, signal)
  const about = { type: 'restored', item: version.item, version: version.id, to: 'folder', target } as const
  const recorded = await noteOrTell(invocation, archive, { ...about, safety: null, result: 'done' })
  const took = spanText(performance.now() - started)
  out.result(
    { item: version.item, version: version.id, target, ...result },
    `${version.item}@${version.id}: ${plural(result.files, 'file')}, ${bytesText(result.bytes)} in ${target}, every byte checked (${took})`,
  )
  return recorded ? exitCodes.done : exitCodes.part
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
  const device = await confirmDevice(archive, version.item, version.id, options, signal)
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
      reason: options.breakGlass ?? options.reason ?? '',
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

/** Asks where nobody has said yes; returns what the device is called. */
async function confirmDevice(
  archive: Archive,
  item: string,
  version: string,
  { yes }: RestoreOptions,
  signal: AbortSignal,
): Promise<string> {
  const of = selectItem(archive.site, item)
  const impact = archive.connectors.get(of.item.via)?.impact.restore ?? 'unsupported'
  const device = `${of.asset.name ?? of.asset.id}${of.asset.address === null ? '' : ` at ${of.asset.address}`}`
  if (yes !== true) await confirmWrite({ version, device, impact }, signal)
  return device
}
