import { type Command, Option } from 'commander'
import { findSnapshot } from '../../../engine/browse/find-snapshot.ts'
import { compareEntries, type ListOrder, listOrders, listTree } from '../../../engine/browse/list-tree.ts'
import { treeAt } from '../../../engine/browse/tree-at.ts'
import type { TreeEntry } from '../../../engine/browse/walk-tree.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { listResult } from '../../list-result.ts'
import type { Output } from '../../output.ts'
import { streamText } from '../../stream-result.ts'
import { timeText } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addLatestOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { MissingFolders } from './missing-folders.ts'
import { ncduText } from './ncdu-text.ts'
import { listedJson, nodeText } from './node-text.ts'
import { plainText } from './plain-text.ts'
import { shortId, snapshotJson } from './snapshot-json.ts'

interface ListOptions extends EngineOptions, FilterOptions {
  readonly long?: boolean
  readonly humanReadable?: boolean
  readonly recursive?: boolean
  readonly reverse?: boolean
  readonly sort: ListOrder | 'time'
  readonly ncdu?: boolean
}

export function defineLs(command: Command): void {
  command
    .argument('<snapshot>', 'an id, the beginning of one, or latest; with :PATH the folder that is taken for its root')
    .argument('[folders...]', 'only these, as /etc, with what lies in them')
  addLatestOptions(addEngineOptions(command))
    .option('-l, --long', 'with mode, owner, size and time')
    .option('--human-readable', 'sizes in kB, MB, GB')
    .option('--recursive', 'what lies in folders of the folders too')
    .addOption(new Option('-s, --sort <by>', 'the order').choices([...listOrders, 'time']).default('name'))
    .option('--reverse', 'the other way round')
    .option('--ncdu', 'a document that ncdu shows: … | ncdu -f -')
    .action(act<[string, string[], ListOptions]>(list))
}

async function list(invocation: Invocation, word: string, folders: string[], options: ListOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const relative = folders.find(folder => !folder.startsWith('/'))
  if (relative !== undefined) throw new BlackstartError('usage', `Folders begin with /: ${relative} does not.`)
  if (options.ncdu) refuseBesideNcdu(out, options)
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const { snapshot, path } = await findSnapshot(repository, word, filterOf(options), signal)
  const tree = await treeAt(repository, snapshot, path, signal)
  let damaged = false
  const onDamage = (path: string, error: Error) => {
    damaged = true
    out.line(`not listed: ${plainText(path)}: ${error.message}`)
  }
  const { recursive = false, ncdu = false } = options
  const missing = new MissingFolders(folders)
  const entries = missing.watch(listTree(repository, tree, { folders, recursive, parents: ncdu, onDamage }, signal))
  const assertWhole = () => (damaged ? undefined : missing.refuse(snapshot)) // what cannot be read may be there
  const code = ncdu
    ? await toNcdu(out, { ...snapshot, tree }, entries, assertWhole)
    : await toReader(out, snapshot, withEnd(inOrder(entries, options), assertWhole), options)
  return damaged ? exitCodes.integrity : code
}

/** It has neither an order of its own nor a second form. */
function refuseBesideNcdu({ json }: Output, { sort, reverse }: ListOptions): void {
  const word = json ? '--json' : reverse ? '--reverse' : sort !== 'name' ? '--sort' : null
  if (word !== null) throw new BlackstartError('usage', `Give --ncdu or ${word}, not both.`)
}

async function toNcdu(
  out: Output,
  snapshot: Snapshot,
  entries: AsyncIterable<TreeEntry>,
  end: () => void,
): Promise<ExitCode> {
  if (await streamText(out, ncduText(snapshot, entries))) end()
  return exitCodes.done
}

function toReader(
  out: Output,
  snapshot: Snapshot,
  entries: AsyncIterable<TreeEntry>,
  options: ListOptions,
): Promise<ExitCode> {
  if (!out.json) out.line(headText(snapshot))
  return listResult(out, withHead(snapshot, entries), {
    json: item => ('path' in item ? listedJson(item.path, item.node) : headJson(item)),
    text: item => ('path' in item ? nodeText(item.path, item.node, options) : ''),
  })
}

async function* withHead(snapshot: Snapshot, entries: AsyncIterable<TreeEntry>): AsyncGenerator<Snapshot | TreeEntry> {
  yield snapshot
  yield* entries
}

async function* withEnd(entries: AsyncIterable<TreeEntry>, end: () => void): AsyncGenerator<TreeEntry> {
  yield* entries
  end()
}

/** Any order but the walk's own takes all entries into memory: about 1 kB each. */
async function* inOrder(
  entries: AsyncIterable<TreeEntry>,
  { sort, reverse = false }: ListOptions,
): AsyncGenerator<TreeEntry> {
  if (sort === 'name' && !reverse) return yield* entries
  const order = sort === 'time' ? 'mtime' : sort
  const all = (await Array.fromAsync(entries)).sort(compareEntries(order))
  yield* reverse ? all.reverse() : all
}

function headJson(snapshot: Snapshot): Readonly<Record<string, unknown>> {
  return { ...snapshotJson(snapshot), message_type: 'snapshot', struct_type: 'snapshot' }
}

function headText({ id, paths, time, hostname, username }: Snapshot): string {
  const made = timeText(time, Temporal.Now.timeZoneId())
  return `snapshot ${shortId(id)} of ${paths.map(plainText).join(' ')}, made ${made} by ${plainText(username)}@${plainText(hostname)}`
}
