import { type Command, Option } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import type { GroupField } from '../../../engine/browse/group-snapshots.ts'
import { isUnfiltered } from '../../../engine/browse/snapshot-filter.ts'
import type { Kept } from '../../../engine/forget/apply-policy.ts'
import { isEmptyPolicy, type KeepPolicy, policyText } from '../../../engine/forget/keep-policy.ts'
import { type ForgetGroup, planForget } from '../../../engine/forget/plan-forget.ts'
import { removeSnapshots } from '../../../engine/forget/remove-snapshots.ts'
import type { Repository } from '../../../engine/repository.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { LazyList, streamJson, streamText } from '../../stream-result.ts'
import { plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { parseGroupBy } from './group-by.ts'
import { addKeepOptions, type KeepOptions, policyOf } from './keep-options.ts'
import { grouped } from './option-groups.ts'
import { addPruneOptions, type PruneWords, pruneAfter } from './prune.ts'
import { snapshotJson } from './snapshot-json.ts'
import { groupHeading, snapshotTable } from './snapshot-table.ts'
import { groupKeyJson } from './snapshots.ts'

interface ForgetOptions extends EngineOptions, FilterOptions, KeepOptions, PruneWords {
  readonly unsafeAllowRemoveAll?: boolean
  readonly groupBy: readonly GroupField[]
  readonly compact?: boolean
  readonly dryRun?: boolean
  readonly prune?: boolean
}

export function defineForget(command: Command): void {
  addKeepOptions(command.argument('[ids...]', 'removes these; without them the rules decide'))
    .addOption(
      new Option('-g, --group-by <fields>', "the rules look at each group by itself; '' is one group of all")
        .argParser(parseGroupBy)
        .default(['host', 'paths'], 'host,paths'),
    )
    .option('--unsafe-allow-remove-all', 'a group may lose its last snapshot')
    .option('-n, --dry-run', 'tells what would be removed')
    .option('-c, --compact', 'without the paths')
    .option('--prune', 'then removes what no snapshot needs any more')
  // -H is --keep-hourly here, as in restic
  addFilterOptions(addEngineOptions(grouped(command, 'With --prune:', addPruneOptions)), '--host')
  command.action(act<[string[], ForgetOptions]>(forget))
}

async function forget(invocation: Invocation, ids: string[], options: ForgetOptions): Promise<ExitCode> {
  const { out } = invocation
  const policy = policyOf(options)
  refuse(ids, policy, options)
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const groups = await forgetLocked(invocation, repository, ids, policy, options)
  const removed = groups.reduce((sum, { remove }) => sum + remove.length, 0)
  if (out.json) await streamJson(out, LazyList.of(groups, groupJson))
  else await streamText(out, [`${groupsText(invocation, groups, policy, options)}\n`])
  if (options.prune !== true || removed === 0) return exitCodes.done
  return await pruneAfter(invocation, repository, options)
}

/** The lock is let go of before a prune takes its own. */
async function forgetLocked(
  { out, signal, now }: Invocation,
  repository: Repository,
  ids: readonly string[],
  policy: KeepPolicy,
  options: ForgetOptions,
): Promise<readonly ForgetGroup<Snapshot>[]> {
  const { dryRun = false, groupBy, unsafeAllowRemoveAll: allowRemoveAll = false } = options
  await using lock = dryRun ? await lockToRead(repository, options, signal) : await repository.lock('exclusive', signal)
  const snapshots = await selectSnapshots(repository, ids, filterOf(options), signal)
  const clock = { now: now(), timeZone: Temporal.Now.timeZoneId() }
  const groups =
    ids.length > 0 ? [named(snapshots)] : planForget(snapshots, policy, { groupBy, allowRemoveAll, ...clock })
  const removed = groups.flatMap(({ remove }) => remove.map(({ id }) => id))
  const onProgress = (done: number) => out.live(`removed ${done} of ${plural(removed.length, 'snapshot')}`)
  if (!dryRun && lock !== null) await removeSnapshots(repository, lock, removed, onProgress, signal)
  return groups
}

function refuse(ids: readonly string[], policy: KeepPolicy, options: ForgetOptions): void {
  const unsafe = options.unsafeAllowRemoveAll === true
  if (!options.lock && options.dryRun !== true) {
    throw new BlackstartError('usage', '--no-lock goes with --dry-run only: what is removed has to be locked.')
  }
  if (ids.length > 0 || !isEmptyPolicy(policy)) return
  if (unsafe && !isUnfiltered(filterOf(options))) return
  throw new BlackstartError(
    'usage',
    unsafe
      ? 'All snapshots of a repository are removed only where --host, --tag or --path say which: nothing was removed.'
      : 'Say what to keep, as --keep-daily 7 --keep-weekly 5, or name snapshots: nothing was removed.',
  )
}

function named(snapshots: readonly Snapshot[]): ForgetGroup<Snapshot> {
  return { key: { hostname: null, paths: null, tags: null }, keep: [], remove: snapshots }
}

/** restic's: newest first. */
function groupJson({ key, keep, remove }: ForgetGroup<Snapshot>): unknown {
  const { hostname: host, ...rest } = groupKeyJson(key)
  return {
    ...{ tags: rest.tags, host, paths: rest.paths },
    keep: keep.length === 0 ? null : LazyList.of(keep, ({ snapshot }) => snapshotJson(snapshot)),
    remove: remove.length === 0 ? null : LazyList.of(remove, snapshotJson),
    reasons: keep.length === 0 ? null : LazyList.of(keep, reasonJson),
  }
}

function reasonJson({ snapshot, reasons }: Kept<Snapshot>): unknown {
  return { snapshot: snapshotJson(snapshot), matches: reasons }
}

function groupsText(
  { out }: Invocation,
  groups: readonly ForgetGroup<Snapshot>[],
  policy: KeepPolicy,
  { dryRun, prune, compact = false }: ForgetOptions,
): string {
  const rules = policyText(policy)
  const parts = groups.flatMap(({ key, keep, remove }) => {
    const oldestFirst = keep.toReversed()
    const reasons = oldestFirst.map(each => each.reasons)
    const kept = snapshotTable(
      out,
      oldestFirst.map(({ snapshot }) => snapshot),
      { compact, reasons },
    )
    return [
      groupHeading(out, key),
      ...(keep.length === 0 ? [] : [`${out.style('green', 'keep')}\n${kept}`]),
      ...(remove.length === 0
        ? []
        : [`${out.style('red', 'remove')}\n${snapshotTable(out, remove.toReversed(), { compact })}`]),
    ].filter(part => part !== '')
  })
  const removed = groups.reduce((sum, { remove }) => sum + remove.length, 0)
  const verb = dryRun ? 'would be removed' : removed === 1 ? 'was removed' : 'were removed'
  const left = removed === 0 || prune ? '' : dryRun ? '' : '; what only they needed stays until prune'
  return [
    ...(rules === '' ? [] : [`rules: keep ${rules}`]),
    ...parts,
    `${plural(removed, 'snapshot')} ${verb}${left}`,
  ].join('\n\n')
}
