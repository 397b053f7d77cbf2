import { type Command, Option } from 'commander'
import { type ArchiveFormat, archiveFormats, dumpFile, dumpFolder } from '../../../engine/browse/dump/dump.ts'
import { findSnapshot, type SnapshotPlace } from '../../../engine/browse/find-snapshot.ts'
import { treeAt } from '../../../engine/browse/tree-at.ts'
import type { Repository } from '../../../engine/repository.ts'
import { BlackstartError } from '../../../errors.ts'
import { act, type Invocation } from '../../invocation.ts'
import { streamBytes } from '../../stream-result.ts'
import { bytesText } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addLatestOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { plainText } from './plain-text.ts'
import { writeTarget } from './write-target.ts'

interface DumpOptions extends EngineOptions, FilterOptions {
  readonly archive: ArchiveFormat
  readonly target?: string
}

export function defineDump(command: Command): void {
  command
    .argument('<snapshot>', 'an id, the beginning of one, or latest; with :PATH the folder that is taken for its root')
    .argument('<file>', 'a file, or a folder that becomes an archive; / is everything')
  addLatestOptions(addEngineOptions(command))
    .addOption(new Option('-a, --archive <format>', 'what a folder becomes').choices(archiveFormats).default('tar'))
    .option('-t, --target <file>', 'where to write it; by default standard output')
    .action(act<[string, string, DumpOptions]>(dump))
}

async function dump(invocation: Invocation, word: string, file: string, options: DumpOptions): Promise<undefined> {
  const { out, signal } = invocation
  const { target } = options
  if (out.json && target === undefined) {
    throw new BlackstartError('usage', 'With --json, standard output is for JSON: name a file with --target.')
  }
  if (target === '') throw new BlackstartError('usage', 'Say where to write it: --target names no file.')
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const place = await findSnapshot(repository, word, filterOf(options), signal)
  const content = await contentOf(invocation, repository, place, file, options)
  if (target === undefined) await streamBytes(out, content)
  else {
    const bytes = await writeTarget(target, content, signal)
    const document = { snapshot: place.snapshot.id, file, target, bytes }
    out.result(document, `wrote ${bytesText(bytes)} to ${target}`)
  }
}

async function contentOf(
  { out, signal }: Invocation,
  repository: Repository,
  { snapshot, path }: SnapshotPlace,
  file: string,
  { archive }: DumpOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const root = await treeAt(repository, snapshot, path, signal)
  const onSkip = (path: string, { type }: { type: string }) =>
    out.line(`left out, for ${archive} has no word for a ${type}: ${plainText(path)}`)
  const inside = `/${file.split('/').filter(Boolean).join('/')}`
  if (inside === '/') return dumpFolder(repository, root, { format: archive, onSkip }, signal)
  const node = await repository.find({ ...snapshot, tree: root }, inside, signal)
  if (node?.subtree !== undefined) {
    return dumpFolder(repository, node.subtree, { format: archive, path: inside, onSkip }, signal)
  }
  if (node?.type === 'file') return dumpFile(repository, node, signal)
  const what = node === null ? `has no ${inside}` : `has ${inside}, which is a ${node.type} and has no content`
  throw new BlackstartError('not-found', `Snapshot ${snapshot.id.slice(0, 8)} ${what}.`, {
    facts: { snapshot: snapshot.id, path: inside },
  })
}
