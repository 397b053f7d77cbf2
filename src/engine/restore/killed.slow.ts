import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { restore } from '../restore.ts'
import { describeFolder, newRepository, scratchFolder } from '../test-repository.ts'
import { assertWhole, killedRestore, makeVariant } from './test-killed.ts'

const signal = AbortSignal.timeout(1_800_000)
const kills = 60
const rules = ['always', 'if-changed', 'never'] as const

it(`is completed by the next run after each of ${kills} kills at random moments`, async t => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const [target, from, other] = [scratch.path('target'), scratch.path('source'), scratch.path('other')]
  await makeVariant(from, 1)
  await makeVariant(other, 2)
  await backup(repository, [from], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  assert.ok(snapshot)
  const begin = performance.now()
  await killedRestore(scratch.path('r'), { target, path: from }, 600_000)
  const whole = performance.now() - begin
  let killed = 0
  for (let kill = 0; kill < kills; kill += 1) {
    // Into nothing, or over other content; `never` is to leave that alone.
    const overwrite = rules[kill % rules.length] ?? 'always'
    const isOver = kill % 2 === 1 && overwrite !== 'never'
    await rm(target, { recursive: true, force: true })
    if (isOver) await cp(other, target, { recursive: true })
    const options = { target, path: from, overwrite }
    if (!(await killedRestore(scratch.path('r'), options, Math.random() * whole))) killed += 1
    assertWhole(target, isOver ? [from, other] : [from])
    assert.equal((await restore(repository, snapshot, options, signal)).failed, 0)
    if (overwrite === 'never') await restore(repository, snapshot, { ...options, overwrite: 'if-changed' }, signal)
    assert.deepEqual(await describeFolder(target), await describeFolder(from), `after kill ${kill}, ${overwrite}`)
  }
  t.diagnostic(`${killed} of ${kills} runs were killed before they were done`)
  assert.ok(killed > kills / 3)
})
