import { type Command, InvalidArgumentError } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import {
  type GroupField,
  groupSnapshots,
  type SnapshotGroup,
  type SnapshotGroupKey,
} from '../../../engine/browse/group-snapshots.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { LazyList, streamJson, streamText } from '../../stream-result.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { parseGroupBy } from './group-by.ts'
import { snapshotJson } from './snapshot-json.ts'
import { groupHeading, snapshotTable } from './snapshot-table.ts'

interface SnapshotsOptions extends EngineOptions, FilterOptions {
  readonly latest?: number
  readonly groupBy?: readonly GroupField[]
  readonly compact?: boolean
}

export function defineSnapshots(command: Command): void {
  addFilterOptions(addEngineOptions(command.argument('[ids...]', 'only these; all by default')))
    .option('--latest <n>', 'only the newest so many of each host and paths', atLeastOne)
    .option(
      '-g, --group-by <fields>',
      'a table for each host, paths, tags, or several of these with commas',
      parseGroupBy,
    )
    .option('-c, --compact', 'without the paths')
    .action(act<[string[], SnapshotsOptions]>(listSnapshots))
}

async function listSnapshots(invocation: Invocation, ids: string[], options: SnapshotsOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  let damaged = 0
  const onDamage = (error: Error) => {
    damaged += 1
    out.line(error.message)
  }
  const selected = await selectSnapshots(repository, ids, { ...filterOf(options), onDamage }, signal)
  const snapshots = options.latest === undefined ? selected : newestOfEach(selected, options.latest)
  const groups = groupSnapshots(snapshots, options.groupBy ?? [])
  if (out.json)
    await streamJson(out, options.groupBy === undefined ? listJson(snapshots) : LazyList.of(groups, groupJson))
  else await streamText(out, [`${groupsText(invocation, groups, options)}\n`])
  return damaged === 0 ? exitCodes.done : exitCodes.integrity
}

function groupsText(
  { out }: Invocation,
  groups: readonly SnapshotGroup<Snapshot>[],
  { compact = false }: SnapshotsOptions,
): string {
  if (groups.length === 0) return 'no snapshots'
  const parts = groups.map(({ key, snapshots }) => {
    const heading = groupHeading(out, key)
    return `${heading === '' ? '' : `${heading}\n`}${snapshotTable(out, snapshots, { compact })}`
  })
  return parts.join('\n\n')
}

/** Oldest first, as they came. */
function newestOfEach(snapshots: readonly Snapshot[], count: number): readonly Snapshot[] {
  const kept = groupSnapshots(snapshots, ['host', 'paths']).flatMap(group => group.snapshots.slice(-count))
  const ids = new Set(kept.map(({ id }) => id))
  return snapshots.filter(({ id }) => ids.has(id))
}

/** restic's: what a group was not formed by is empty. */
export function groupKeyJson({ hostname, paths, tags }: SnapshotGroupKey): Readonly<Record<string, unknown>> {
  return { hostname: hostname ?? '', paths, tags }
}

function listJson(snapshots: readonly Snapshot[]): LazyList {
  return LazyList.of(snapshots, snapshotJson)
}

function groupJson({ key, snapshots }: SnapshotGroup<Snapshot>): Readonly<Record<string, unknown>> {
  return { group_key: groupKeyJson(key), snapshots: listJson(snapshots) }
}

function atLeastOne(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('Write a number from 1 on.')
}
