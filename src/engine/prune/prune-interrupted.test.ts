import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { prune } from './prune.ts'
import { assertClean, assertHolds, type Contents, dyingAt, names, packBytes, store, watched } from './test-snapshots.ts'

const signal = AbortSignal.timeout(280_000)
const everything = { maxUnused: { bytes: 0 } } as const

/** A repository with packs to keep, to repack and to remove, one that no index names; and what it must hold. */
async function prepare(folder: string): Promise<{ id: string; kept: Contents }> {
  const { repository, backend } = await newRepository(folder, signal)
  const shared = pseudoRandom(1, 900_000)
  const kept: Contents = { shared, 'plc/own': pseudoRandom(2, 700_000) }
  const first = await store(repository, { shared, 'plc/old': pseudoRandom(3, 800_000) })
  const id = await store(repository, kept)
  const third = await store(repository, { gone: pseudoRandom(4, 500_000) })
  for (const each of [first, third]) await backend.remove('snapshot', each, signal)
  await backend.write('pack', 'ee'.repeat(32), [Buffer.from('left by a killed run')], signal)
  return { id, kept }
}

async function reopen(folder: string): Promise<Repository> {
  const repository = await openRepository(localBackend(folder), password, options, signal)
  await repository.unlockAll(signal) // this process lives, though what held the lock is dead
  return repository
}

it('killed ahead of any of its changes leaves a repository that checks clean, and the next run ends the same', async () => {
  await using scratch = await scratchFolder()
  const { id, kept } = await prepare(scratch.path('r'))
  const fresh = async (): Promise<string> => {
    await rm(scratch.path('copy'), { recursive: true, force: true })
    await cp(scratch.path('r'), scratch.path('copy'), { recursive: true })
    return scratch.path('copy')
  }
  const whole = await reopen(await fresh())
  await prune(whole, everything, signal)
  const [bytes, packs] = [await packBytes(whole.backend), (await names(whole.backend, 'pack')).length]
  let last = 0
  for (let done = false; !done; last += 1) {
    const folder = await fresh()
    const { backend } = dyingAt(localBackend(folder), last)
    const doomed = await openRepository(backend, password, options, signal)
    done = await prune(doomed, everything, signal).then(
      () => true,
      () => false,
    )
    const repository = await reopen(folder)
    await assertClean(repository, 10)
    await assertHolds(repository, id, kept)
    await prune(repository, everything, signal)
    await assertClean(repository)
    await assertHolds(repository, id, kept)
    assert.ok(Math.abs((await packBytes(repository.backend)) - bytes) < 100, `after change ${last}`)
    assert.equal((await names(repository.backend, 'pack')).length, packs)
  }
  assert.ok(last > 15, `${last} changes`)
})

it('stopped by its signal lets go of the repository, and the next run copies nothing again', async () => {
  await using scratch = await scratchFolder()
  const { id, kept } = await prepare(scratch.path('r'))
  const controller = new AbortController()
  const stopping = watched(localBackend(scratch.path('r')), (change, kind) => {
    if (change === 'remove' && kind === 'index') controller.abort()
  })
  const stopped = await openRepository(stopping, password, options, signal)
  await assert.rejects(prune(stopped, everything, controller.signal), { name: 'AbortError' })
  const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
  assert.deepEqual(await names(repository.backend, 'lock'), [])
  await assertClean(repository, 1)
  const report = await prune(repository, everything, signal)
  assert.deepEqual([report.packs.written, report.packs.repacked], [0, 0])
  await assertClean(repository)
  await assertHolds(repository, id, kept)
})
