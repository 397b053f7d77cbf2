import type { Command } from 'commander'
import { type DiffStatistics, diffTrees, type TreeChange } from '../../../engine/browse/diff-trees.ts'
import { findSnapshot } from '../../../engine/browse/find-snapshot.ts'
import { treeAt } from '../../../engine/browse/tree-at.ts'
import type { Repository } from '../../../engine/repository.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { listResult } from '../../list-result.ts'
import type { Output } from '../../output.ts'
import { bytesText } from '../../words.ts'
import { callbackItems } from './callback-items.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { jsonText, plainText } from './plain-text.ts'

interface DiffOptions extends EngineOptions {
  readonly metadata?: boolean
}

export function defineDiff(command: Command): void {
  command
    .argument('<from>', 'a snapshot: an id, the beginning of one, or latest; with :PATH a folder of it')
    .argument('<to>', 'another one')
    .addHelpText(
      'after',
      '\nMarks: + added, - removed, M other content, U other metadata, T another type, ? other content although all\nmetadata is the same, as bit rot leaves it.',
    )
  addEngineOptions(command)
    .option('--metadata', 'tell changes of metadata alone too')
    .action(act<[string, string, DiffOptions]>(diff))
}

async function diff(invocation: Invocation, from: string, to: string, options: DiffOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const [before, after] = [await treeOf(repository, from, signal), await treeOf(repository, to, signal)]
  let damaged = false
  const onDamage = (path: string, error: Error) => {
    damaged = true
    out.line(`not compared: ${plainText(path)}: ${error.message}`)
  }
  const { metadata = false } = options
  const items = callbackItems<TreeChange, DiffStatistics>(onChange =>
    diffTrees(repository, before, after, { metadata, onChange, onDamage }, signal),
  )
  const code = await listResult(out, items, {
    json: item => ('modifier' in item ? changeJson(item) : statisticsJson(item, from, to)),
    text: item => ('modifier' in item ? changeText(out, item) : statisticsText(item)),
  })
  return damaged ? exitCodes.integrity : code
}

async function treeOf(repository: Repository, word: string, signal: AbortSignal): Promise<string> {
  const { snapshot, path } = await findSnapshot(repository, word, {}, signal)
  return await treeAt(repository, snapshot, path, signal)
}

function changeJson({ path, modifier }: TreeChange): unknown {
  return { message_type: 'change', path: jsonText(path), modifier }
}

function changeText(out: Output, { path, modifier }: TreeChange): string {
  const colour = modifier === '+' ? 'green' : modifier === '-' ? 'red' : 'yellow'
  return `${out.style(colour, modifier.padEnd(4))} ${plainText(path)}`
}

function statisticsJson({ changedFiles, added, removed }: DiffStatistics, from: string, to: string): unknown {
  const side = ({ files, folders, others, dataBlobs, treeBlobs, bytes }: DiffStatistics['added']) => ({
    ...{ files, dirs: folders, others, data_blobs: dataBlobs, tree_blobs: treeBlobs, bytes },
  })
  return {
    ...{ message_type: 'statistics', source_snapshot: from, target_snapshot: to },
    ...{ changed_files: changedFiles, added: side(added), removed: side(removed) },
  }
}

function statisticsText({ changedFiles, added, removed, unknownBlobs }: DiffStatistics): string {
  const line = (name: string, plus: number | string, minus: number | string, more = '') =>
    `${name.padEnd(12)} ${String(plus).padStart(9)} added ${String(minus).padStart(9)} removed${more}`
  return [
    '',
    line('Files', added.files, removed.files, ` ${String(changedFiles).padStart(9)} changed`),
    line('Folders', added.folders, removed.folders),
    line('Others', added.others, removed.others),
    line('Data blobs', added.dataBlobs, removed.dataBlobs),
    line('Tree blobs', added.treeBlobs, removed.treeBlobs),
    line('Bytes', bytesText(added.bytes), bytesText(removed.bytes)),
    ...(unknownBlobs === 0 ? [] : [`${unknownBlobs} blobs are in no index and not counted: run check.`]),
  ].join('\n')
}
