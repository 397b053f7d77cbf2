import { type Command, InvalidArgumentError } from 'commander'
import { findSnapshot, selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { pathPattern } from '../../../engine/browse/path-pattern.ts'
import type { Repository } from '../../../engine/repository.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { listResult } from '../../list-result.ts'
import { addEngineOptions, type EngineOptions, gather, lockToRead, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { blobHits, type Finding, type FindRun, fileHits } from './find-hits.ts'
import { parseMoment } from './moment.ts'
import { plainText } from './plain-text.ts'

export interface FindOptions extends EngineOptions, FilterOptions {
  readonly oldest?: bigint
  readonly newest?: bigint
  readonly snapshot?: readonly string[]
  readonly ignoreCase?: boolean
  readonly blob?: boolean
  readonly tree?: boolean
  readonly pack?: boolean
  readonly showPackId?: boolean
  readonly long?: boolean
  readonly humanReadable?: boolean
  readonly reverse?: boolean
}

export function defineFind(command: Command): void {
  command.argument(
    '<patterns...>',
    "restic's patterns, as config.xml, *.bak or /etc/*; with --blob, --tree, --pack ids",
  )
  addFilterOptions(addEngineOptions(command))
    .option('-O, --oldest <time>', 'changed then or later: 2026-11-24, 2026-11-24 13:45:00, 24.11.2026', moment)
    .option('-N, --newest <time>', 'changed then or earlier', moment)
    .option('-s, --snapshot <id>', 'only in this snapshot; may be repeated', gather)
    .option('-i, --ignore-case', 'capital and small letters are the same')
    .option('--blob', 'find what these data blobs are used for')
    .option('--tree', 'find what these trees are used for')
    .option('--pack', 'find what the blobs of these packs are used for')
    .option('--show-pack-id', 'with --blob or --tree: the packs they are in')
    .option('-l, --long', 'with mode, owner, size and time')
    .option('--human-readable', 'sizes in kB, MB, GB')
    .option('-R, --reverse', 'the oldest snapshot first')
    .action(act<[string[], FindOptions]>(find))
}

async function find(invocation: Invocation, words: string[], options: FindOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const objects = [options.blob, options.tree, options.pack].filter(Boolean).length
  if (objects > 1) throw new BlackstartError('usage', 'Give one of --blob, --tree and --pack.')
  const patterns = words.map(word => pathPattern(word, { ignoreCase: options.ignoreCase === true }))
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  let damaged = false
  const onDamage = (path: string, error: Error) => {
    damaged = true
    out.line(`not searched: ${plainText(path)}: ${error.message}`)
  }
  const tellSnapshot = (error: Error) => {
    damaged = true
    out.line(error.message)
  }
  const snapshots = await snapshotsOf(repository, options, tellSnapshot, signal)
  const run: FindRun = { out, repository, snapshots, options, onDamage, signal }
  const findings = objects === 0 ? fileHits(run, patterns) : await blobHits(run, words)
  const code = await listResult<Finding>(out, findings, { json: item => item.json, text: item => item.text })
  return damaged ? exitCodes.integrity : code
}

/** Newest first, as restic searches. */
async function snapshotsOf(
  repository: Repository,
  options: FindOptions,
  onDamage: (error: Error) => void,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const filter = filterOf(options)
  const { snapshot: words = [], reverse = false } = options
  const ids = await Promise.all(words.map(word => findSnapshot(repository, word, filter, signal)))
  const named = ids.map(({ snapshot }) => snapshot.id)
  const snapshots = await selectSnapshots(repository, named, { ...filter, onDamage }, signal)
  return reverse ? snapshots : snapshots.toReversed()
}

function moment(text: string): bigint {
  const time = parseMoment(text, Temporal.Now.timeZoneId())
  if (time !== null) return time.epochNanoseconds
  throw new InvalidArgumentError('Write a time as 2026-11-24, 2026-11-24 13:45 or 24.11.2026 13:45:00.')
}
