import type { Command } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { type NeededFiles, neededFiles } from '../../../engine/needed-files.ts'
import { layoutPath } from '../../../storage/layout.ts'
import { act, type Invocation } from '../../invocation.ts'
import { LazyList, streamJson, streamText } from '../../stream-result.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'

interface NeedsOptions extends EngineOptions, FilterOptions {}

export function defineNeeds(command: Command): void {
  addFilterOptions(addEngineOptions(command.argument('[ids...]', 'of these snapshots; of all by default'))).action(
    act<[string[], NeedsOptions]>(needs),
  )
}

async function needs(invocation: Invocation, words: string[], options: NeedsOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const snapshots = await selectSnapshots(repository, words, filterOf(options), signal)
  const ids = snapshots.map(({ id }) => id)
  const needed = await neededFiles(repository, ids, signal)
  const keys = await Array.fromAsync(repository.backend.list('key', signal), ({ name }) => name)
  if (out.json)
    await streamJson(out, {
      ...{ packs: LazyList.of(needed.packs, same), indexes: needed.indexes },
      snapshots: LazyList.of(needed.snapshots, same),
      keys,
    })
  else await streamText(out, lines(needed, keys))
}

function same(name: string): string {
  return name
}

/** Paths in the repository, those that come first in a restore first. One key is enough: that of the password. */
function* lines({ snapshots, indexes, packs }: NeededFiles, keys: readonly string[]): Generator<string> {
  yield 'config\n'
  for (const name of keys) yield `${layoutPath('key', name)}\n`
  for (const name of snapshots) yield `${layoutPath('snapshot', name)}\n`
  for (const name of indexes) yield `${layoutPath('index', name)}\n`
  for (const name of packs) yield `${layoutPath('pack', name)}\n`
}
