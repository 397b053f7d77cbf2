import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import os from 'node:os'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend } from '../../storage/backend.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'
import { sealUnpacked } from '../unpacked.ts'

const signal = AbortSignal.timeout(120_000)
const found = await stockRestic()
const restic = found as Restic
const skip = typeof found === 'string' ? found : false

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
  assert.equal(repository.heldLock, null)
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

it('refuses, naming the file, while a lock cannot be read; unlockAll removes it', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const name = 'cd'.repeat(32)
  await backend.write('lock', name, [Buffer.from('rubbish')], signal)
  await assert.rejects(repository.lock('shared', signal), { code: 'integrity', message: new RegExp(`locks/${name}`) })
  assert.equal(await repository.unlock(signal), 0)
  assert.equal(await repository.unlockAll(signal), 1)
  await using _lock = await repository.lock('shared', signal)
})

describe('with a stock restic', { skip }, () => {
  it('restic is refused while we hold the repository exclusively, and works beside a shared lock', async () => {
    await using scratch = await scratchFolder()
    const { repository } = await newRepository(scratch.path('r'), signal)
    {
      await using _lock = await repository.lock('exclusive', signal)
      await assert.rejects(
        restic(scratch.path('r'), 'backup', import.meta.filename),
        /already locked exclusively by PID/,
      )
    }
    await using _lock = await repository.lock('shared', signal)
    await restic(scratch.path('r'), 'backup', import.meta.filename)
    await assert.rejects(restic(scratch.path('r'), 'prune'), /already locked by PID/)
  })

  it('restic removes our stale lock', async () => {
    await using scratch = await scratchFolder()
    const { repository, backend } = await newRepository(scratch.path('r'), signal)
    await putLock(repository, { hostname: os.hostname(), pid: deadPid(), exclusive: true })
    await restic(scratch.path('r'), 'unlock')
    assert.deepEqual(await locks(backend), [])
  })

  it('we are refused while a live restic holds the repository, and clean up after a dead one', async () => {
    await using scratch = await scratchFolder()
    const folder = scratch.path('r')
    await newRepository(folder, signal)
    const backend = localBackend(folder)
    const script = new URL('../../../lab/peers/restic.sh', import.meta.url).pathname
    const program = spawnSync(script, { encoding: 'utf8' }).stdout.trim()
    // A backup from standard input holds its lock until the input ends.
    const child = spawn(program, ['-r', folder, '--no-cache', 'backup', '--stdin'], {
      env: { ...process.env, RESTIC_PASSWORD: password },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    try {
      while ((await locks(backend)).length === 0) await sleep(20, undefined, { signal })
      const repository = await openRepository(backend, password, options, signal)
      await assert.rejects(repository.lock('exclusive', signal), new RegExp(`process ${child.pid} `))
      child.kill('SIGKILL')
      await new Promise(resolve => child.once('exit', resolve))
      await using _lock = await repository.lock('exclusive', signal)
      assert.equal((await locks(backend)).length, 1)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

it('outlives stock restic’s question whether its process lives: a hangup signal', { skip }, async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  {
    await using _lock = await repository.lock('shared', signal)
    await restic(scratch.path('r'), 'unlock')
    assert.equal((await locks(backend)).length, 1)
    await using _second = await repository.lock('shared', signal)
    assert.equal(process.listenerCount('SIGHUP'), 1)
  }
  assert.equal(process.listenerCount('SIGHUP'), 0)
})
