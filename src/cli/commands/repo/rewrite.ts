import { type Command, InvalidArgumentError } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import {
  type RewriteOptions,
  type RewrittenSnapshot,
  rewriteSnapshots,
} from '../../../engine/edit/rewrite-snapshots.ts'
import { selection } from '../../../engine/restore/selection.ts'
import { formatTime } from '../../../engine/tree/go-time.ts'
import { BlackstartError } from '../../../errors.ts'
import type { ExitCode } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { listResult } from '../../list-result.ts'
import { plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { parseMoment } from './moment.ts'
import { addExcludeOptions, type PatternOptions, patternsOf } from './pattern-options.ts'
import { plainText } from './plain-text.ts'
import { shortId } from './snapshot-json.ts'

interface RewriteWords extends EngineOptions, FilterOptions, PatternOptions {
  readonly dryRun?: boolean
  readonly forget?: boolean
  readonly newHost?: string
  readonly newTime?: string
  readonly snapshotSummary?: boolean
}

export function defineRewrite(command: Command): void {
  addExcludeOptions(addEngineOptions(command.argument('[ids...]', 'only these; all by default')))
    .option('--forget', 'remove the snapshots that new ones take the place of; else those get the tag rewrite')
    .option('--new-host <name>', 'another host name')
    .option('--new-time <time>', 'another time: 2026-11-24 13:45:00', newTime)
    .option('-s, --snapshot-summary', 'count files and bytes of snapshots that do not say them')
    .option('-n, --dry-run', 'tells what would be changed')
  addFilterOptions(command).action(act<[string[], RewriteWords]>(rewrite))
}

async function rewrite(invocation: Invocation, ids: string[], words: RewriteWords): Promise<ExitCode> {
  const { out, signal } = invocation
  const { dryRun = false, forget = false, newHost, newTime, snapshotSummary = false } = words
  const isExcluded = await exclusionOf(words)
  if (isExcluded === null && newHost === undefined && newTime === undefined && !snapshotSummary) {
    throw new BlackstartError(
      'usage',
      'What is to be changed? Give --exclude, --new-host, --new-time or --snapshot-summary.',
    )
  }
  const options: RewriteOptions = {
    ...{ isExcluded, dryRun, forget, summary: snapshotSummary },
    ...(newHost === undefined ? {} : { hostname: newHost }),
    ...(newTime === undefined ? {} : { time: newTime }),
    onExclude: path => out.line(`left out: ${plainText(path)}`),
  }
  await using opened = await openEngine(invocation, words)
  const { repository } = opened
  await using lock = dryRun
    ? await lockToRead(repository, words, signal)
    : await repository.lock(forget ? 'exclusive' : 'shared', signal)
  const snapshots = await selectSnapshots(repository, ids, filterOf(words), signal)
  const items = withSummary(rewriteSnapshots(repository, lock, snapshots, options, signal))
  return await listResult(out, items, {
    json: item => (typeof item === 'number' ? { message_type: 'summary', changed_snapshots: item } : changedJson(item)),
    text: item => (typeof item === 'number' ? summaryText(item, dryRun) : changedText(item, forget)),
  })
}

/** Null where nothing is left out. */
async function exclusionOf(words: RewriteWords): Promise<((path: string) => boolean) | null> {
  const patterns = await patternsOf(words)
  if (Object.values(patterns).every(list => list.length === 0)) return null
  const select = selection(patterns)
  return path => {
    const slash = path.lastIndexOf('/')
    return !select({ location: path.slice(0, slash) }, path.slice(slash + 1)).itself
  }
}

async function* withSummary(changed: AsyncIterable<RewrittenSnapshot>): AsyncGenerator<RewrittenSnapshot | number> {
  let count = 0
  for await (const snapshot of changed) {
    count += 1
    yield snapshot
  }
  yield count
}

function changedJson({ before, after }: RewrittenSnapshot): unknown {
  return { message_type: 'changed', old_snapshot_id: before.id, new_snapshot_id: after }
}

function changedText({ before, after }: RewrittenSnapshot, forget: boolean): string {
  if (after === null) return `${shortId(before.id)} would be written anew`
  return `${shortId(before.id)} ${forget ? 'is now' : 'stays, and was written anew as'} ${shortId(after)}`
}

function summaryText(count: number, dryRun: boolean): string {
  return `${dryRun ? 'would change' : 'changed'} ${plural(count, 'snapshot')}`
}

function newTime(text: string): string {
  const time = parseMoment(text, Temporal.Now.timeZoneId())
  if (time !== null) return formatTime(time.epochNanoseconds)
  throw new InvalidArgumentError('Write a time as 2026-11-24 13:45:00.')
}
