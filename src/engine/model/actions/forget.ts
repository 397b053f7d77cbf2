import assert from 'node:assert/strict'
import type { KeepPolicy } from '../../forget/keep-policy.ts'
import { planForget } from '../../forget/plan-forget.ts'
import { removeSnapshots } from '../../forget/remove-snapshots.ts'
import type { RepositoryLock } from '../../lock/repository-lock.ts'
import type { KnownSnapshot } from '../known-snapshot.ts'
import type { Scene, Side } from '../scene.ts'
import { picked } from '../scene.ts'

/** Removes what the rules do not keep. */
export async function forget(scene: Scene, policy: KeepPolicy): Promise<void> {
  const { here, signal } = scene
  const { repository } = here
  await using lock = await repository.lock('exclusive', signal)
  const snapshots = await repository.snapshots(signal)
  const options = { now: new Date(scene.nextTime()), timeZone: 'UTC', allowRemoveAll: true, groupBy: ['host'] } as const
  const ids = planForget(snapshots, policy, options).flatMap(({ remove }) => remove.map(({ id }) => id))
  if (policy.last !== undefined && Object.keys(policy).length === 1) {
    const removed = new Set(ids)
    const gone = snapshots.filter(({ id }) => removed.has(id))
    const texts = gone.map(({ hostname, time }) => momentOf({ hostname, time: Date.parse(time) }))
    assert.deepEqual(texts.sort(), olderThanLast(here, Number(policy.last)).sort())
  }
  await remove(scene, lock, ids)
}

export async function forgetSome(scene: Scene, numbers: readonly number[]): Promise<void> {
  await using lock = await scene.here.repository.lock('exclusive', scene.signal)
  const ids = new Set(numbers.flatMap(number => picked(scene.here, number)?.[0] ?? []))
  await remove(scene, lock, [...ids])
}

async function remove({ here, signal }: Scene, lock: RepositoryLock, ids: readonly string[]): Promise<void> {
  for (const id of ids) here.changes.going(id)
  // told one by one, in their order
  const onProgress = (removed: number): void => here.changes.gone(ids[removed - 1] ?? '')
  await removeSnapshots(here.repository, lock, ids, onProgress, signal)
}

/** By the model: all but the newest so many of each host. Of those of the same moment any may stay. */
function olderThanLast({ expected }: Side, count: number): string[] {
  const hosts = Map.groupBy(expected.values(), ({ hostname }) => hostname)
  return [...hosts.values()].flatMap(snapshots => {
    const newestFirst = snapshots.toSorted((a, b) => b.time - a.time)
    return newestFirst.slice(count).map(momentOf)
  })
}

function momentOf({ hostname, time }: Pick<KnownSnapshot, 'hostname' | 'time'>): string {
  return `${hostname} at ${new Date(time).toISOString()}`
}
