import type { Command } from 'commander'
import { findFile } from '../../../engine/browse/find-file.ts'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { isUnfiltered } from '../../../engine/browse/snapshot-filter.ts'
import { type RepairIndexReport, repairIndex } from '../../../engine/repair/repair-index.ts'
import { type RepairPacksReport, repairPacks } from '../../../engine/repair/repair-packs.ts'
import {
  type ChangedSnapshot,
  type RepairSnapshotsReport,
  repairSnapshots,
} from '../../../engine/repair/repair-snapshots.ts'
import type { SalvagedPack } from '../../../engine/repair/salvage-packs.ts'
import { BlackstartError } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, longWaitOf, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { plainLines, plainText } from './plain-text.ts'
import { defineRepairFromCopy } from './repair-from-copy.ts'
import { shortId } from './snapshot-json.ts'

interface RepairOptions extends EngineOptions {
  readonly dryRun?: boolean
}

interface IndexOptions extends RepairOptions {
  readonly readAllPacks?: boolean
}

interface PacksOptions extends RepairOptions {
  readonly damaged?: boolean
  readonly keepIn: string
}

interface SnapshotsOptions extends RepairOptions, FilterOptions {
  readonly forget?: boolean
}

export function defineRepair(command: Command): void {
  const below = (name: string, description: string) => addEngineOptions(command.command(name).description(description))
  const dryRun = ['-n, --dry-run', 'tells what would be done'] as const
  below('index', 'make the index anew from the packs')
    .option('--read-all-packs', 'read the header of every pack, not only of those that the index lacks')
    .option(...dryRun)
    .action(act<[IndexOptions]>(index))
  below('packs', 'save what is intact of damaged packs, and remove them')
    .argument('[ids...]', 'of the packs, as check names them')
    .option('--damaged', 'in place of ids: read all packs, and take those with something wrong')
    .option('--keep-in <dir>', 'where the damaged packs are kept', '.')
    .option(...dryRun)
    .action(act<[string[], PacksOptions]>(packs))
  addFilterOptions(below('snapshots', 'write snapshots anew without what is lost'))
    .argument('[ids...]', 'only these; all by default')
    .option('--forget', 'remove the snapshots that new ones take the place of, and those of which nothing can be read')
    .option(...dryRun)
    .action(act<[string[], SnapshotsOptions]>(snapshots))
  defineRepairFromCopy(below('from-copy', 'bring back what is damaged or missing out of a second repository'))
}

async function index(invocation: Invocation, options: IndexOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const { readAllPacks = false, dryRun = false } = options
  await using opened = await openEngine(invocation, options)
  const onProgress = ({ done, total }: { done: number; total: number }) => out.live(`packs: ${done} of ${total}`)
  const words = { readAllPacks, dryRun, onProgress, ...longWaitOf(invocation, options) }
  const report = await repairIndex(opened.repository, words, signal)
  out.result(report, indexText(report, dryRun))
  return report.unreadable.length === 0 ? exitCodes.done : exitCodes.integrity
}

function indexText(
  { added, dropped, damagedIndexes, unreadable, indexes }: RepairIndexReport,
  dryRun: boolean,
): string {
  return [
    ...damagedIndexes.map(({ message }) => plainLines(message)),
    ...unreadable.map(({ message }) => plainLines(message)),
    ...(unreadable.length === 0
      ? []
      : [
          `${plural(unreadable.length, 'pack')} cannot be read. Where an index names it: repair packs; else ${unknownPack}`,
        ]),
    `${plural(added.length, 'pack')} ${dryRun ? 'would be ' : ''}listed anew, ${dropped.length} that are gone ${dryRun ? 'would be ' : ''}dropped`,
    ...(dryRun ? [] : [`${plural(indexes.written, 'index file')} written, ${indexes.removed} removed`]),
  ].join('\n')
}

async function packs(invocation: Invocation, words: string[], options: PacksOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const { damaged = false, dryRun = false, keepIn } = options
  if ((words.length === 0) !== damaged) {
    throw new BlackstartError('usage', 'Which packs? Name them as check does, or give --damaged.')
  }
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const names = await Promise.all(words.map(word => findFile(repository.backend, 'pack', word, signal)))
  const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }) =>
    out.live(`${stage}: ${done} of ${total}`)
  const more = { dryRun, keepIn, onProgress, ...longWaitOf(invocation, options) }
  const report = await repairPacks(repository, { packs: damaged ? 'damaged' : names, ...more }, signal)
  out.result(report, packsText(report, dryRun))
  const isHealed = report.left.length === 0 && report.packs.every(({ lost }) => lost.length === 0)
  return isHealed ? exitCodes.done : exitCodes.integrity
}

function salvagedText({ pack, salvaged, lost, isUnknown }: SalvagedPack, stays: boolean): string {
  if (isUnknown) return `${pack}: nobody knows what is in it, so it stays: ${unknownPack}`
  const saved = `${pack}: ${plural(salvaged, 'blob')} saved, ${lost.length} lost`
  return stays
    ? `${saved} that its disk cannot read now: it stays, have the disk tested; to give it up, run repair packs with its id`
    : saved
}

const unknownPack = 'bring back the index file that names it, or run repair from-copy, where there is a copy'

function packsText({ packs, left }: RepairPacksReport, dryRun: boolean): string {
  const lost = packs.reduce((sum, pack) => sum + pack.lost.length, 0)
  return [
    ...packs.map(each => salvagedText(each, left.includes(each.pack))),
    `${plural(packs.length - left.length, 'pack')} ${dryRun ? 'would be ' : ''}replaced`,
    ...(lost === 0
      ? []
      : [`${plural(lost, 'blob')} lost: run repair from-copy where there is a copy, else repair snapshots`]),
  ].join('\n')
}

async function snapshots(invocation: Invocation, words: string[], options: SnapshotsOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const { forget = false, dryRun = false } = options
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const filter = filterOf(options)
  // all by their names where nothing is chosen: those that cannot be read are told too
  const chosen = words.length > 0 || !isUnfiltered(filter)
  const selected = chosen ? await selectSnapshots(repository, words, filter, signal) : []
  const report = await repairSnapshots(
    repository,
    {
      ...(chosen ? { snapshots: selected.map(({ id }) => id) } : {}),
      ...{ forget, dryRun, ...longWaitOf(invocation, options) },
      onChange: ({ snapshot, path, what }) => out.line(`${shortId(snapshot)} ${plainText(path)}: it ${what}`),
    },
    signal,
  )
  out.result(report, snapshotsText(report, dryRun))
  const isLost = report.unreadable.length > 0 || report.changed.some(({ nothingLeft }) => nothingLeft)
  return isLost && !forget ? exitCodes.integrity : exitCodes.done
}

function snapshotsText({ changed, unreadable, removed }: RepairSnapshotsReport, dryRun: boolean): string {
  return [
    ...changed.map(changeText),
    ...unreadable.map(({ message }) => plainLines(message)),
    changed.length === 0 && unreadable.length === 0
      ? 'the index knows all that the snapshots need; whether the packs hold it, check --read-data tells'
      : `${plural(removed, 'snapshot')} ${dryRun ? 'would be ' : ''}removed`,
  ].join('\n')
}

function changeText({ before, after, nothingLeft }: ChangedSnapshot): string {
  if (nothingLeft) return `${shortId(before)} has nothing left that can be read`
  return `${shortId(before)} ${after === null ? 'would be written anew' : `was written anew as ${shortId(after)}`}`
}
