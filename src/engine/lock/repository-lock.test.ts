import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import os from 'node:os'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, scratchFolder } from '../test-repository.ts'
import { sealUnpacked } from '../unpacked.ts'

const signal = AbortSignal.timeout(120_000)

async function locks(backend: Backend): Promise<string[]> {
  return (await Array.fromAsync(backend.list('lock', signal))).map(({ name }) => name)
}

async function putLock(repository: Repository, fields: Record<string, unknown>): Promise<void> {
  const lock = {
    time: new Date().toISOString(),
    exclusive: false,
    hostname: 'elsewhere',
    username: 'fd0',
    pid: 1,
    ...fields,
  }
  const { name, bytes } = sealUnpacked(repository.key, JSON.stringify(lock))
  await repository.backend.write('lock', name, [bytes], signal)
}

function deadPid(): number {
  return spawnSync('true').pid
}

it('lets several share the repository, and one have it for itself', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  {
    await using _one = await repository.lock('shared', signal)
    await using _two = await repository.lock('shared', signal)
    assert.equal((await locks(backend)).length, 2)
    await assert.rejects(repository.lock('exclusive', signal), { code: 'locked', retry: true })
    assert.equal((await locks(backend)).length, 2)
  }
  assert.deepEqual(await locks(backend), [])
  await using _all = await repository.lock('exclusive', signal)
  await assert.rejects(repository.lock('shared', signal), new RegExp(`process ${process.pid} `))
})

it('removes locks that are stale by restic’s rules, and only those', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await putLock(repository, { time: new Date(Date.now() - 31 * 60_000).toISOString(), exclusive: true })
  await putLock(repository, { hostname: os.hostname(), pid: deadPid(), exclusive: true })
  await putLock(repository, { pid: deadPid() }) // of another machine: nobody here can tell
  await putLock(repository, { hostname: os.hostname(), pid: process.pid })
  assert.equal(await repository.unlock(signal), 2)
  assert.equal((await locks(backend)).length, 2)
  await putLock(repository, { hostname: os.hostname(), pid: deadPid(), exclusive: true })
  await using _lock = await repository.lock('shared', signal)
  assert.equal((await locks(backend)).length, 3)
})

it('refreshes under a new name, and knows when its lock was taken away', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('exclusive', signal)
  const before = await locks(backend)
  await lock.refresh()
  const after = await locks(backend)
  assert.equal(after.length, 1)
  assert.notDeepEqual(after, before)
  assert.equal(lock.lost.aborted, false)
  await repository.unlockAll(signal)
  await lock.refresh()
  assert.equal(lock.lost.aborted, true)
  assert.deepEqual(await locks(backend), [])
})

it('counts as lost when it could not be refreshed before others may call it stale', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  let now = Date.now()
  let broken = false
  const failing: Backend = {
    ...backend,
    write: (...all) => (broken ? Promise.reject(new Error('gone')) : backend.write(...all)),
  }
  const repository = await openRepository(failing, password, { ...options, now: () => new Date(now) }, signal)
  await using lock = await repository.lock('shared', signal)
  broken = true
  now += 5 * 60_000
  await lock.refresh()
  assert.equal(lock.lost.aborted, false)
  now += 16 * 60_000
  await lock.refresh()
  assert.equal(lock.lost.aborted, true)
})

it('leaves no lock when taking it is interrupted', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const controller = new AbortController()
  const taking = repository.lock('shared', controller.signal)
  while ((await locks(backend)).length === 0) await sleep(5)
  controller.abort()
  await assert.rejects(taking)
  assert.deepEqual(await locks(backend), [])
})

it('refuses, naming the file and the way out, while a lock cannot be read; unlockAll removes it', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const name = 'cd'.repeat(32)
  await backend.write('lock', name, [Buffer.from('rubbish')], signal)
  const message = new RegExp(`locks/${name} is damaged: .* run unlock --remove-all`)
  await assert.rejects(repository.lock('shared', signal), { code: 'integrity', message })
  assert.equal(await repository.unlock(signal), 0)
  assert.equal(await repository.unlockAll(signal), 1)
  await using _lock = await repository.lock('shared', signal)
})

it('waits for a lock as long as it was told, and says once who holds it', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const told: string[] = []
  const wait = { atMost: 60_000, onWait: (held: Error) => told.push(held.message) }
  const held = await repository.lock('shared', signal)
  const waiting = repository.lockWithin('exclusive', wait, signal)
  while (told.length === 0) await sleep(10)
  await sleep(700)
  await held[Symbol.asyncDispose]()
  await using _lock = await waiting
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /is locked by process/)
  await assert.rejects(repository.lockWithin('shared', { atMost: 600 }, signal), { code: 'locked' })
})

it('waits by itself where the repository was opened so, and stops waiting when it is told to', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const controller = new AbortController()
  const lockWait = { atMost: 60_000, onWait: () => controller.abort() }
  const patient = await openRepository(backend, password, { ...options, lockWait }, signal)
  await using _held = await repository.lock('exclusive', signal)
  await assert.rejects(patient.lock('shared', controller.signal), { name: 'AbortError' })
  assert.equal((await locks(backend)).length, 1)
})

it('lets one of two have it that wait for it at the same time, and then the other', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  let holders = 0
  const use = async () => {
    await using _lock = await repository.lockWithin('exclusive', { atMost: 60_000 }, signal)
    holders += 1
    assert.equal(holders, 1)
    await sleep(50)
    holders -= 1
  }
  await Promise.all([use(), use(), use()])
})

it('turns an exclusive lock into a shared one without a moment in which there is none', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  let fewest = Infinity
  const counting: Backend = {
    ...backend,
    async remove(kind, name, given) {
      await backend.remove(kind, name, given)
      fewest = Math.min(fewest, (await locks(backend)).length)
    },
  }
  const counted = await openRepository(counting, password, options, signal)
  {
    await using lock = await counted.lock('exclusive', signal)
    await lock.share(signal)
    assert.equal(lock.mode, 'shared')
    assert.equal(fewest, 1)
    await using _second = await repository.lock('shared', signal)
    await lock.refresh()
    await assert.rejects(repository.lock('exclusive', signal), { code: 'locked' })
  }
  assert.deepEqual(await locks(backend), [])
})

it('finds out after a sleep of the machine whether its lock is still there', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  let now = Date.now()
  const repository = await openRepository(backend, password, { ...options, now: () => new Date(now) }, signal)
  {
    await using lock = await repository.lock('exclusive', signal)
    const [first] = await locks(backend)
    now += 40 * 60_000
    await lock.assertHeld()
    const [second] = await locks(backend)
    assert.notEqual(second, first, 'stale, but still there: refreshed')
    now += 40 * 60_000
    await repository.unlockAll(signal)
    await assert.rejects(lock.assertHeld(), { code: 'locked' })
  }
  assert.deepEqual(await locks(backend), [])
})

it('gives a stale lock up that another one removes while it is refreshed', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  let now = Date.now()
  let first = ''
  const raced: Backend = {
    ...backend,
    async write(kind, name, parts, given) {
      const written = await backend.write(kind, name, parts, given)
      if (first !== '') await backend.remove('lock', first, given)
      return written
    },
  }
  const repository = await openRepository(raced, password, { ...options, now: () => new Date(now) }, signal)
  await using lock = await repository.lock('exclusive', signal)
  first = (await locks(backend))[0] ?? ''
  now += 40 * 60_000
  await assert.rejects(lock.assertHeld(), { code: 'locked' })
  assert.deepEqual(await locks(backend), [])
})

it('says whether a lock covers a change', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const lock = await repository.lock('shared', signal)
  lock.demand('shared')
  assert.throws(() => lock.demand('exclusive'), { code: 'internal' })
  await lock[Symbol.asyncDispose]()
  assert.throws(() => lock.demand('shared'), { code: 'internal' })
  assert.equal(lock.lost.aborted, true)
})

for (const step of ['share', 'refresh'] as const) {
  it(`leaves no lock where the removal of the one before failed once (${step})`, async () => {
    await using scratch = await scratchFolder()
    const { backend } = await newRepository(scratch.path('r'), signal)
    let failures = 1
    const failing: Backend = {
      ...backend,
      remove(...all) {
        failures -= 1
        if (failures === 0) return Promise.reject(new BlackstartError('connection-lost', 'gone', { retry: true }))
        return backend.remove(...all)
      },
    }
    const repository = await openRepository(failing, password, options, signal)
    const lock = await repository.lock('exclusive', signal)
    await (step === 'share' ? lock.share(signal) : lock.refresh())
    assert.equal((await locks(backend)).length, 2)
    assert.equal(lock.lost.aborted, false)
    await lock[Symbol.asyncDispose]()
    assert.deepEqual(await locks(backend), [])
  })
}

it('tells of a lock that could not be removed at the end, where there is somebody to tell', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  const gone = new BlackstartError('connection-lost', 'gone', { retry: true })
  const failing: Backend = { ...backend, remove: () => Promise.reject(gone) }
  const told: unknown[] = []
  const open = { ...options, onLockLeft: (error: unknown) => told.push(error) }
  const lock = await (await openRepository(failing, password, open, signal)).lock('shared', signal)
  await lock[Symbol.asyncDispose]()
  assert.deepEqual(told, [gone])
  const silent = await (await openRepository(failing, password, options, signal)).lock('shared', signal)
  await assert.rejects(async () => await silent[Symbol.asyncDispose](), gone)
})

it('leaves no lock where writing it failed after it was there', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  const failing: Backend = {
    ...backend,
    async write(...all) {
      await backend.write(...all)
      throw new BlackstartError('connection-lost', 'gone', { retry: true })
    },
  }
  const repository = await openRepository(failing, password, options, signal)
  await assert.rejects(repository.lock('shared', signal), { code: 'connection-lost' })
  assert.deepEqual(await locks(backend), [])
})

it('does not revive a lock that another removed, by sharing it', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const lock = await repository.lock('exclusive', signal)
  await repository.unlockAll(signal)
  await assert.rejects(lock.share(signal), { code: 'locked', message: /was removed/ })
  await lock[Symbol.asyncDispose]()
  assert.deepEqual(await locks(backend), [])
})
