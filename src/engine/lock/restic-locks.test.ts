import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { localBackend } from '../../storage/local/local-backend.ts'
import { openRepository } from '../repository.ts'
import { newRepository, options, password, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'
import { sealUnpacked } from '../unpacked.ts'
import type { LockMode } from './repository-lock.ts'

const signal = AbortSignal.timeout(200_000)
const found = await stockRestic()
const restic = found as Restic
const skip = typeof found === 'string' ? found : false
const program = spawnSync(new URL('../../../lab/peers/restic.sh', import.meta.url).pathname, { encoding: 'utf8' })

async function locks(folder: string): Promise<string[]> {
  return (await Array.fromAsync(localBackend(folder).list('lock', signal))).map(({ name }) => name)
}

/** A restic that holds a lock until it is ended: a backup of an input that does not end, or a forget that is stopped. */
async function holdingRestic(folder: string, mode: LockMode): Promise<ChildProcess & AsyncDisposable> {
  const words = mode === 'shared' ? ['backup', '--stdin'] : ['forget', '--keep-last', '1']
  const child = spawn(program.stdout.trim(), ['-r', folder, '--no-cache', ...words], {
    env: { ...process.env, RESTIC_PASSWORD: password },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const before = (await locks(folder)).length
  while ((await locks(folder)).length === before) await sleep(5, undefined, { signal })
  if (mode === 'exclusive') child.kill('SIGSTOP')
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  })
}

/** What of restic's takes each lock. */
const words: Record<LockMode, string[]> = {
  shared: ['backup', import.meta.filename],
  exclusive: ['forget', '--keep-last', '1'],
}

describe('with a stock restic', { skip }, () => {
  for (const ours of ['shared', 'exclusive'] as const) {
    for (const theirs of ['shared', 'exclusive'] as const) {
      const together = ours === 'shared' && theirs === 'shared'
      it(`our ${ours} lock ${together ? 'lets' : 'keeps'} restic ${together ? 'have' : 'from'} a ${theirs} one`, async () => {
        await using scratch = await scratchFolder()
        const { repository } = await newRepository(scratch.path('r'), signal)
        {
          await using _lock = await repository.lock(ours, signal)
          const attempt = restic(scratch.path('r'), ...words[theirs])
          if (together) await attempt
          else await assert.rejects(attempt, /already locked/)
        }
        await restic(scratch.path('r'), ...words[theirs])
      })

      it(`restic's ${theirs} lock ${together ? 'lets' : 'keeps'} us ${together ? 'have' : 'from'} a ${ours} one`, async () => {
        await using scratch = await scratchFolder()
        const { repository } = await newRepository(scratch.path('r'), signal)
        {
          await using child = await holdingRestic(scratch.path('r'), theirs)
          const attempt = repository.lock(ours, signal)
          if (together) await (await attempt)[Symbol.asyncDispose]()
          else await assert.rejects(attempt, new RegExp(`process ${child.pid} `))
          assert.equal((await locks(scratch.path('r'))).length, 1)
        }
        // it was killed: its lock is stale
        await using _lock = await repository.lock(ours, signal)
        assert.equal((await locks(scratch.path('r'))).length, 1)
      })
    }
  }

  it('restic waits for us with --retry-lock, and we wait for it', async () => {
    await using scratch = await scratchFolder()
    const { repository } = await newRepository(scratch.path('r'), signal)
    const held = await repository.lock('exclusive', signal)
    const theirs = restic(scratch.path('r'), '--retry-lock', '60s', ...words.shared)
    await sleep(1500)
    await held[Symbol.asyncDispose]()
    await theirs
    await using child = await holdingRestic(scratch.path('r'), 'shared')
    const wait = { atMost: 60_000, onWait: () => child.stdin?.end('content') }
    await using _lock = await repository.lockWithin('exclusive', wait, signal)
    assert.equal((await repository.snapshots(signal)).length, 2)
  })

  it('restic comes in as soon as our exclusive lock has become a shared one', async () => {
    await using scratch = await scratchFolder()
    const { repository } = await newRepository(scratch.path('r'), signal)
    await using lock = await repository.lock('exclusive', signal)
    await assert.rejects(restic(scratch.path('r'), ...words.shared), /already locked exclusively/)
    await lock.share(signal)
    await restic(scratch.path('r'), ...words.shared)
    await assert.rejects(restic(scratch.path('r'), ...words.exclusive), /already locked/)
  })

  it('restic takes our lock for stale once our process is dead, and not before', async () => {
    await using scratch = await scratchFolder()
    const folder = scratch.path('r')
    await newRepository(folder, signal)
    const script = `
      const [engine, folder, password] = process.argv.slice(1)
      const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
      const { openRepository } = await import(engine + '/repository.ts')
      const signal = AbortSignal.timeout(100_000)
      await (await openRepository(localBackend(folder), password, {}, signal)).lock('exclusive', signal)
      await new Promise(resolve => setTimeout(resolve, 100_000))
    `
    const engine = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, engine, folder, password], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    try {
      while ((await locks(folder)).length === 0) await sleep(20, undefined, { signal })
      await restic(folder, 'unlock')
      assert.equal((await locks(folder)).length, 1)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const repository = await openRepository(localBackend(folder), password, options, signal)
    await using _lock = await repository.lock('exclusive', signal)
    assert.equal((await locks(folder)).length, 1)
  })

  it('restic removes a lock that our dead process left', async () => {
    await using scratch = await scratchFolder()
    const { repository, backend } = await newRepository(scratch.path('r'), signal)
    const dead = spawnSync('true').pid
    const { hostname, username } = repository
    const lock = { time: new Date().toISOString(), exclusive: true, hostname, username, pid: dead }
    const { name, bytes } = sealUnpacked(repository.key, JSON.stringify(lock))
    await backend.write('lock', name, [bytes], signal)
    await restic(scratch.path('r'), 'unlock')
    assert.deepEqual(await locks(scratch.path('r')), [])
  })

  it('we outlive its question whether our process lives: a hangup signal', async () => {
    await using scratch = await scratchFolder()
    const { repository } = await newRepository(scratch.path('r'), signal)
    {
      await using _lock = await repository.lock('shared', signal)
      await restic(scratch.path('r'), 'unlock')
      assert.equal((await locks(scratch.path('r'))).length, 1)
      await using _second = await repository.lock('shared', signal)
      assert.equal(process.listenerCount('SIGHUP'), 1)
    }
    assert.equal(process.listenerCount('SIGHUP'), 0)
  })
})
