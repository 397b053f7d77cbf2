import { BlackstartError } from '../../errors.ts'
import {
  type GroupField,
  groupSnapshots,
  type SnapshotGroup,
  type SnapshotGroupKey,
} from '../browse/group-snapshots.ts'
import type { FilteredFields } from '../browse/snapshot-filter.ts'
import { type AgedSnapshot, applyPolicy, type PolicyClock, type PolicyResult } from './apply-policy.ts'
import { isEmptyPolicy, type KeepPolicy } from './keep-policy.ts'

export interface ForgetGroup<Of extends AgedSnapshot> extends PolicyResult<Of> {
  readonly key: SnapshotGroupKey
}

export interface ForgetOptions extends PolicyClock {
  /** By default host and paths. */
  readonly groupBy?: readonly GroupField[]
  /** Lets a group lose all its snapshots; without it that is `refused`. */
  readonly allowRemoveAll?: boolean
}

/**
 * What the rules keep and remove of each group. Throws `usage` for an empty policy, and `refused` where a group would lose
 * its last snapshot, both unless that is allowed.
 */
export function planForget<Of extends AgedSnapshot & FilteredFields>(
  snapshots: Iterable<Of>,
  policy: KeepPolicy,
  { groupBy = ['host', 'paths'], allowRemoveAll = false, ...clock }: ForgetOptions,
): readonly ForgetGroup<Of>[] {
  if (isEmptyPolicy(policy) && !allowRemoveAll) {
    throw new BlackstartError('usage', 'There is no rule that says what to keep, so that nothing is removed.')
  }
  return groupSnapshots(snapshots, groupBy).map(group => {
    const result = applyPolicy(group.snapshots, policy, clock)
    if (result.keep.length === 0 && !allowRemoveAll) throw losesAll(group)
    return { key: group.key, ...result }
  })
}

function losesAll({ key, snapshots }: SnapshotGroup<AgedSnapshot>): BlackstartError {
  const group = groupText(key)
  const facts = { ...key, snapshots: snapshots.length }
  return new BlackstartError(
    'refused',
    `The rules would remove every snapshot${group === '' ? '' : ` of ${group}`}, ${snapshots.length} in all. Nothing was removed. Keep one of them at least; where all are to go, that has to be allowed (--unsafe-allow-remove-all).`,
    { facts },
  )
}

/** `host vm, paths [/etc], tags [a, b]`; empty for a group of all snapshots. */
export function groupText({ hostname, paths, tags }: SnapshotGroupKey): string {
  return [
    ...(hostname === null ? [] : [`host ${hostname}`]),
    ...(paths === null ? [] : [`paths [${paths.join(', ')}]`]),
    ...(tags === null ? [] : [`tags [${tags.join(', ')}]`]),
  ].join(', ')
}
