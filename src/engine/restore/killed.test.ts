import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { restore } from '../restore.ts'
import { describeFolder, newRepository, scratchFolder } from '../test-repository.ts'
import { assertWhole, killedRestore, makeVariant } from './test-killed.ts'

const signal = AbortSignal.timeout(200_000)

it('marks what is not whole when it is killed, and completes it with any overwrite rule', async t => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await makeVariant(scratch.path('source'), 1)
  await makeVariant(scratch.path('other'), 2)
  await backup(repository, [scratch.path('source')], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  const [target, from] = [scratch.path('target'), scratch.path('source')]
  let killed = 0
  for (const after of [60, 130, 250]) {
    if (!(await killedRestore(scratch.path('r'), { target, path: from, overwrite: 'never' }, after))) killed += 1
    assertWhole(target, [from])
  }
  const whole = assertWhole(target, [from])
  const rest = await restore(repository, snapshot!, { target, path: from, overwrite: 'never' }, signal)
  assert.ok(rest.skipped >= whole - 1, `${rest.skipped} skipped, ${whole} were whole`)
  await restore(repository, snapshot!, { target, path: from }, signal) // the folders' times
  assert.deepEqual(await describeFolder(target), await describeFolder(from))

  const changed = scratch.path('changed')
  await cp(scratch.path('other'), changed, { recursive: true })
  for (const after of [60, 130, 250]) {
    if (!(await killedRestore(scratch.path('r'), { target: changed, path: from }, after))) killed += 1
    assertWhole(changed, [from, scratch.path('other')])
  }
  const options = { target: changed, path: from, overwrite: 'if-changed' } as const
  assert.equal((await restore(repository, snapshot!, options, signal)).failed, 0)
  assert.deepEqual(await describeFolder(changed), await describeFolder(from))
  t.diagnostic(`${killed} of 6 runs were killed before they were done`)
  assert.ok(killed > 0)
})
