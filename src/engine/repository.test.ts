import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend } from '../storage/backend.ts'
import { localBackend } from '../storage/local/local-backend.ts'
import { backup } from './backup.ts'
import { initRepository, openRepository } from './repository.ts'
import { addPassword, newRepository, options, password, scratchFolder } from './test-repository.ts'

const signal = AbortSignal.timeout(60_000)

it('makes a repository once, and refuses where something of one is', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  assert.match(repository.id, /^[0-9a-f]{64}$/)
  await assert.rejects(initRepository(backend, password, options, signal), { code: 'refused' })
  await backup(repository, [import.meta.filename], {}, signal)
  await rm(scratch.path('r', 'config'), { force: true })
  await assert.rejects(initRepository(backend, password, options, signal), { code: 'refused' })
})

it('tells a place without a repository from one that lost its config', async () => {
  await using scratch = await scratchFolder()
  const nothing = localBackend(scratch.path('nothing'))
  await assert.rejects(openRepository(nothing, password, options, signal), { code: 'not-found' })
  const { backend, repository } = await newRepository(scratch.path('r'), signal)
  await backup(repository, [import.meta.filename], {}, signal)
  await rm(scratch.path('r', 'config'))
  await assert.rejects(openRepository(backend, password, options, signal), {
    code: 'integrity',
    message: /config is missing/,
  })
})

it('begins anew where init was killed before it was done', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  await rm(scratch.path('r', 'config'))
  await assert.rejects(openRepository(backend, password, options, signal), { code: 'not-found' })
  const once = initRepository(backend, 'another password', options, signal)
  await assert.rejects(once, { code: 'locked', retry: true, message: /Wait a minute/ })
  const later = { ...options, now: () => new Date(Date.now() + 61_000) }
  const again = await initRepository(backend, 'another password', later, signal)
  assert.equal((await again.keys(signal)).length, 1)
  await openRepository(backend, 'another password', options, signal)
})

it('lets one at most of several make a repository, at the same time or one after the other', async () => {
  for (let pause = 0; pause <= 12; pause += 2) {
    await using scratch = await scratchFolder()
    const backend = localBackend(scratch.path('r'))
    const tries = ['first', 'second', 'third'].map(async (word, i) => {
      await sleep(i * pause)
      await initRepository(backend, word, options, signal)
      return word
    })
    const made = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')
    assert.ok(made.length <= 1)
    for (const each of made) {
      if (each.status === 'fulfilled') await openRepository(backend, each.value, options, signal)
    }
    const keys = await Array.fromAsync(backend.list('key', signal))
    assert.equal(keys.length, made.length)
  }
})

for (const kind of ['key', 'config'] as const) {
  it(`does not count a repository whose ${kind} is not read back as it was written`, async () => {
    await using scratch = await scratchFolder()
    const backend = localBackend(scratch.path('r'))
    const flipping: Backend = {
      ...backend,
      write(which, name, parts, given) {
        const bytes = Buffer.concat(parts)
        if (which === kind) bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1
        return backend.write(which, name, [bytes], given)
      },
    }
    await assert.rejects(initRepository(flipping, password, options, signal), { code: 'integrity' })
    assert.deepEqual(await Array.fromAsync(backend.list('key', signal)), [])
  })
}

it('opens with each of its passwords and no other; no error carries one', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const id = await addPassword(repository, 'second', signal)
  const opened = await openRepository(backend, 'second', options, signal)
  assert.deepEqual(opened.deriveKey('a'), repository.deriveKey('a'))
  assert.notDeepEqual(opened.deriveKey('a'), opened.deriveKey('b'))
  assert.equal((await opened.keys(signal)).find(key => key.current)?.id, id)
  const wrong = 'a-very-secret-word'
  await assert.rejects(openRepository(backend, wrong, options, signal), (error: Error & { code: string }) => {
    assert.equal(error.code, 'wrong-password')
    assert.ok(!JSON.stringify({ ...error, message: error.message, stack: error.stack }).includes(wrong))
    return true
  })
  await assert.rejects(addPassword(repository, '', signal), { code: 'usage' })
})

it('makes keys that cost 32 MiB and four passes to try, and says whose they are', async () => {
  await using scratch = await scratchFolder()
  const repository = await initRepository(
    localBackend(scratch.path('r')),
    password,
    { hostname: 'h', username: 'u' },
    signal,
  )
  const [key] = await repository.keys(signal)
  assert.deepEqual([key?.hostname, key?.username], ['h', 'u'])
  const { kdf, N, r, p } = JSON.parse(await readFile(scratch.path('r', 'keys', key?.id ?? ''), 'utf8'))
  assert.deepEqual([kdf, N, r, p], ['scrypt', 32768, 8, 4])
})

it('sees what another process wrote, after its own index was read', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await repository.loadIndex(signal)
  await writeFile(scratch.path('file'), 'content')
  await backup(await openRepository(backend, password, options, signal), [scratch.path('file')], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  const node = await repository.find(snapshot!, scratch.path('file'), signal)
  assert.equal(Buffer.concat(await Array.fromAsync(repository.file(node!, signal))).toString(), 'content')
})
