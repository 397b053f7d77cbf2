import assert from 'node:assert/strict'
import { copySnapshots } from '../../copy/copy-snapshots.ts'
import { copyOf, isAmong } from '../known-snapshot.ts'
import { picked, type Scene } from '../scene.ts'

/** Copies snapshots into the second repository. */
export async function copy(scene: Scene, which: readonly number[] | 'all'): Promise<void> {
  const { here, isShared, signal } = scene
  const there = await scene.there()
  const chosen = which === 'all' ? [...here.expected] : which.map(number => picked(here, number))
  const wanted = new Map(chosen.filter(each => each !== null))
  const copies = new Map([...wanted].map(([id, known]) => [id, copyOf(id, known)]))
  const present = [...wanted].filter(([id, known]) => isAmong(id, known, there.expected)).map(([id]) => id)
  // what another process copies at the same time may be there, or not, when this one looks
  for (const [id, each] of copies) if (isShared || !present.includes(id)) there.changes.coming(each)
  const all = which === 'all' && !isShared
  const options = { ...(all ? {} : { snapshots: [...wanted.keys()] }), lockWait: { atMost: 60 } }
  const { copied, skipped, failed } = await copySnapshots(here.repository, there.repository, options, signal)
  assert.deepEqual(failed, [])
  assert.deepEqual([...copied, ...skipped].map(({ source }) => source).sort(), [...wanted.keys()].sort())
  if (!isShared) assert.deepEqual(skipped.map(({ source }) => source).sort(), present.sort())
  for (const { source, destination } of copied) {
    const known = copies.get(source)
    assert.ok(known !== undefined)
    there.changes.came(known, destination)
  }
}
