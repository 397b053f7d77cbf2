import { type Command, Option } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { readSnapshots } from '../../../engine/browse/read-snapshots.ts'
import {
  type RepositoryStats,
  repositoryStats,
  type StatsMode,
  statsModes,
} from '../../../engine/browse/repository-stats.ts'
import { act, type Invocation } from '../../invocation.ts'
import { bytesText } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'

interface StatsOptions extends EngineOptions, FilterOptions {
  readonly mode: StatsMode
}

const meaning: Readonly<Record<StatsMode, string>> = {
  'restore-size': 'what restoring every snapshot writes',
  'files-by-contents': 'files, each content once',
  'blobs-per-file': 'the blobs of these files, each once for a path',
  'raw-data': 'blobs as they are stored, each once',
}

export function defineStats(command: Command): void {
  command
    .argument('[ids...]', 'only these; all by default')
    .addHelpText('after', `\nModes:\n${statsModes.map(mode => `  ${mode.padEnd(18)} ${meaning[mode]}`).join('\n')}`)
  addFilterOptions(addEngineOptions(command))
    .addOption(new Option('--mode <mode>', 'what is counted').choices(statsModes).default('restore-size'))
    .action(act<[string[], StatsOptions]>(stats))
}

async function stats(invocation: Invocation, ids: string[], options: StatsOptions): Promise<undefined> {
  const { out, signal } = invocation
  const { mode } = options
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const filter = filterOf(options)
  const snapshots =
    ids.length === 0
      ? readSnapshots(repository, filter, signal)
      : await selectSnapshots(repository, ids, filter, signal)
  const onProgress = (done: number) => out.live(`${done} snapshots`)
  const result = await repositoryStats(repository, snapshots, mode, onProgress, signal)
  out.result(statsJson(result), statsText(result, mode))
}

/** restic's: what a mode does not count is left out. */
function statsJson({ snapshots, files, blobs, bytes, compression }: RepositoryStats): unknown {
  const nonZero = (name: string, value: number | undefined) => (value ? { [name]: value } : {})
  return {
    total_size: bytes,
    ...nonZero('total_uncompressed_size', compression?.uncompressedBytes),
    ...nonZero('compression_ratio', compression?.ratio),
    ...nonZero('compression_progress', compression?.progress),
    ...nonZero('compression_space_saving', compression?.saving),
    ...nonZero('total_file_count', files),
    ...nonZero('total_blob_count', blobs),
    snapshots_count: snapshots,
  }
}

function statsText({ snapshots, files, blobs, bytes, compression }: RepositoryStats, mode: StatsMode): string {
  const rows: readonly (readonly [string, string | false])[] = [
    ['Snapshots', String(snapshots)],
    ['Files', mode !== 'raw-data' && String(files)],
    ['Blobs', blobs > 0 && String(blobs)],
    ['Size', bytesText(bytes)],
    ['Uncompressed', compression !== null && bytesText(compression.uncompressedBytes)],
    ['Compressed', compression !== null && `${compression.progress.toFixed(1)} % of it`],
    ['Ratio', compression !== null && `${compression.ratio.toFixed(2)} to 1`],
    ['Saved', compression !== null && `${compression.saving.toFixed(1)} %`],
  ]
  const lines = rows.flatMap(([name, value]) => (value === false ? [] : [`${name.padEnd(13)} ${value}`]))
  return [`${mode}: ${meaning[mode]}`, ...lines].join('\n')
}
