import assert from 'node:assert/strict'
import { check } from '../../check.ts'
import { textOf, textOfStored } from '../known-snapshot.ts'
import type { Scene } from '../scene.ts'

/** Checks and reads everything with what the process knows from earlier actions. */
export async function look({ here, signal }: Scene, readData: boolean): Promise<void> {
  const { repository, expected } = here
  const before = [...expected]
  await using _lock = await repository.lockForReading(signal)
  for (const [id, known] of before) {
    assert.equal(await textOfStored(repository, await repository.snapshot(id, signal)), textOf(known))
  }
  assert.deepEqual((await check(repository, { readData }, signal)).problems, [])
}

/** Of processes that have died. */
export async function unlock({ here, signal }: Scene, all: boolean): Promise<void> {
  if (all) await here.repository.unlockAll(signal)
  else await here.repository.unlock(signal)
}
