import assert from 'node:assert/strict'
import { it } from 'node:test'
import { check } from '../../src/engine/check.ts'
import { prune } from '../../src/engine/prune/prune.ts'
import { assertHolds, type Contents, store } from '../../src/engine/prune/test-snapshots.ts'
import { initRepository, openRepository, type Repository } from '../../src/engine/repository.ts'
import { options, password, pseudoRandom, scratchFolder } from '../../src/engine/test-repository.ts'
import { BlackstartError } from '../../src/errors.ts'
import { digestOf, written } from '../../src/storage/contract.ts'
import { localBackend } from '../../src/storage/local/local-backend.ts'
import { laggingListings } from './lagging-listings.ts'

const signal = AbortSignal.timeout(120_000)

it('lists what was there when it last caught up, and reads what is there', async () => {
  await using scratch = await scratchFolder()
  const { backend, catchUp } = laggingListings(localBackend(scratch.folder))
  await backend.create(signal)
  const names = async () => (await Array.fromAsync(backend.list('pack', signal), file => file.name)).sort()
  const [a, b] = [await written(backend, 'pack', Buffer.from('a')), await written(backend, 'pack', Buffer.from('b'))]
  assert.deepEqual(await names(), [])
  catchUp()
  await backend.remove('pack', a.name, signal)
  await written(backend, 'pack', Buffer.from('c'))
  assert.deepEqual(await names(), [a.name, b.name].sort())
  assert.equal(await backend.stat('pack', a.name, signal), null)
  assert.equal(String(await backend.read('pack', digestOf(Buffer.from('c')), null, signal)), 'c')
})

it('makes the engine refuse work at worst: what it has committed is there once listings have caught up', async () => {
  await using scratch = await scratchFolder()
  const inner = localBackend(scratch.folder)
  const { backend, catchUp } = laggingListings(inner)
  await initRepository(backend, password, options, signal)
  catchUp()
  const held = new Map<string, Contents>()
  const open = (): Promise<Repository> => openRepository(backend, password, options, signal)
  const forgetOne = async (): Promise<void> => {
    const [id] = held.keys()
    held.delete(id ?? '')
    await backend.remove('snapshot', id ?? '', signal)
  }
  const steps: Record<string, (step: number) => Promise<unknown>> = {
    async store(step) {
      const contents = { [`file ${step}`]: pseudoRandom(step, 20_000), shared: pseudoRandom(0, 20_000) }
      held.set(await store(await open(), contents), contents)
    },
    forget: forgetOne,
    prune: async () => await prune(await open(), { maxUnused: { bytes: 0 } }, signal),
    catchUp: async () => catchUp(),
  }
  const order = 'store store catchUp store prune forget prune catchUp prune store prune catchUp prune'
  for (const [i, name] of order.split(' ').entries()) {
    await steps[name]?.(i + 1).catch((error: unknown) => assert.ok(error instanceof BlackstartError, String(error)))
    const direct = await openRepository(inner, password, options, signal)
    for (const [id, contents] of held) await assertHolds(direct, id, contents)
  }
  assert.ok(held.size >= 2, `${held.size} snapshots`)
  catchUp()
  assert.deepEqual((await check(await open(), { readData: true }, signal)).problems, [])
})
