import type { Command } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { type ChangedSnapshot, type TagChange, tagSnapshots } from '../../../engine/edit/tag-snapshots.ts'
import { BlackstartError } from '../../../errors.ts'
import type { ExitCode } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { listResult } from '../../list-result.ts'
import { plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, gather, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf, splitTags } from './filter-options.ts'
import { shortId } from './snapshot-json.ts'

interface TagOptions extends EngineOptions, FilterOptions {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
  readonly set?: readonly string[]
}

export function defineTag(command: Command): void {
  addFilterOptions(addEngineOptions(command.argument('[ids...]', 'only these; all by default')))
    .option('--add <tag[,tag...]>', 'give them these tags; may be repeated', gather)
    .option('--remove <tag[,tag...]>', 'take these tags from them; may be repeated', gather)
    .option('--set <tag[,tag...]>', "these in place of all; '' is none; may be repeated", gather)
    .action(act<[string[], TagOptions]>(tag))
}

async function tag(invocation: Invocation, ids: string[], options: TagOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const change = changeOf(options)
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using lock = await repository.lock('exclusive', signal)
  const snapshots = await selectSnapshots(repository, ids, filterOf(options), signal)
  const items = withSummary(tagSnapshots(repository, lock, snapshots, change, signal))
  return await listResult(out, items, {
    json: item => (typeof item === 'number' ? summaryJson(item) : changedJson(item)),
    text: item =>
      typeof item === 'number'
        ? `changed ${plural(item, 'snapshot')}`
        : `${shortId(item.before.id)} is now ${shortId(item.after)}`,
  })
}

function changeOf({ add, remove, set }: TagOptions): TagChange {
  if (set !== undefined && (add !== undefined || remove !== undefined)) {
    throw new BlackstartError('usage', '--set takes the place of all tags: it does not go with --add or --remove.')
  }
  if (set === undefined && add === undefined && remove === undefined) {
    throw new BlackstartError('usage', 'Which tags? Give --add, --remove or --set.')
  }
  const tags = (lists: readonly string[] = []) => lists.flatMap(splitTags).filter(each => each !== '')
  return { ...(set === undefined ? {} : { set: tags(set) }), add: tags(add), remove: tags(remove) }
}

async function* withSummary(changed: AsyncIterable<ChangedSnapshot>): AsyncGenerator<ChangedSnapshot | number> {
  let count = 0
  for await (const snapshot of changed) {
    count += 1
    yield snapshot
  }
  yield count
}

function changedJson({ before, after }: ChangedSnapshot): unknown {
  return { message_type: 'changed', old_snapshot_id: before.id, new_snapshot_id: after }
}

function summaryJson(count: number): unknown {
  return { message_type: 'summary', changed_snapshots: count }
}
