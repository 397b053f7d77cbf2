import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, it } from 'node:test'
import { BlackstartError } from '../errors.ts'
import type { Backend } from './backend.ts'
import { backendContract } from './contract.ts'
import { localBackend } from './local/local-backend.ts'
import { ManualClock } from './manual-clock.ts'
import { networkRetries, type RetryPolicy, retrying } from './retrying.ts'

const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-retrying-'))
after(() => rm(scratch, { recursive: true, force: true }))
const signal = AbortSignal.timeout(60_000)

const freshFolder = (): Promise<string> => mkdtemp(path.join(scratch, 'r-'))
const lost = (facts = {}) => new BlackstartError('connection-lost', 'the server hung up.', { retry: true, facts })

/** Fails calls as long as `fails` gives an error for them. */
function breaking(backend: Backend, fails: (call: string) => Error | null): Backend {
  const check = (call: string): void => {
    const error = fails(call)
    if (error !== null) throw error
  }
  return {
    ...backend,
    async *list(kind, signal) {
      for await (const file of backend.list(kind, signal)) {
        yield file
        check('list')
      }
    },
    async stat(...all) {
      check('stat')
      return await backend.stat(...all)
    },
    async read(kind, name, range, signal) {
      check(`read ${range?.length ?? 'all'}`)
      return await backend.read(kind, name, range, signal)
    },
    async *stream(...all) {
      for await (const piece of backend.stream(...all)) {
        yield piece.subarray(0, 300_000)
        check('stream')
        yield piece.subarray(300_000)
      }
    },
    async upload(...all) {
      const upload = await backend.upload(...all)
      return {
        ...upload,
        async append(bytes) {
          check('append')
          await upload.append(bytes)
        },
        async finish(name) {
          check('finish')
          return await upload.finish(name)
        },
      }
    },
    async write(...all) {
      const file = await backend.write(...all)
      check('write') // done, but the answer was lost
      return file
    },
  }
}

interface Watched {
  readonly backend: Backend
  readonly calls: string[]
  readonly pauses: number[]
}

/** A prepared backend whose calls fail by `fails`, retried under a clock that moves by itself. */
async function watched(
  fails: (call: string, nth: number) => Error | null,
  more: Partial<RetryPolicy> = {},
  ways: Partial<Backend> = {},
): Promise<Watched> {
  const clock = new ManualClock()
  const calls: string[] = []
  const pauses: number[] = []
  const inner = breaking({ ...localBackend(await freshFolder()), ...ways }, call => {
    calls.push(call)
    return fails(call, calls.length)
  })
  const policy: RetryPolicy = {
    ...networkRetries,
    clock,
    random: () => 1,
    onRetry: (_, pause) => pauses.push(pause),
    ...more,
  }
  const slept: RetryPolicy = {
    ...policy,
    clock: {
      now: () => clock.now(),
      async sleep(milliseconds, signal) {
        const sleeping = clock.sleep(milliseconds, signal)
        await Promise.all([sleeping, clock.advance(milliseconds)])
      },
    },
  }
  const backend = retrying(inner, slept)
  await backend.create(signal)
  return { backend, calls, pauses }
}

async function stored(backend: Backend, bytes: Uint8Array): Promise<string> {
  const name = createHash('sha256').update(bytes).digest('hex')
  await backend.write('pack', name, [bytes], signal)
  return name
}

backendContract('retrying', async () => retrying(localBackend(await freshFolder()), networkRetries))

it('repeats what fails for a while, with pauses that double up to a bound', async () => {
  const { backend, pauses, calls } = await watched((_, nth) => (nth <= 9 ? lost() : null))
  await stored(backend, Buffer.from('x'))
  assert.equal(calls.length, 10)
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

it('pauses for as long as the server asks, and takes chance into the rest', async () => {
  const { backend, pauses } = await watched(
    (_, nth) => (nth === 1 ? lost({ retryAfter: 7000 }) : nth === 2 ? lost() : null),
    {
      random: () => 0,
    },
  )
  await stored(backend, Buffer.from('x'))
  assert.deepEqual(pauses, [7000, 500])
})

it('gives up after its time, with the error of the last try', async () => {
  const { backend, calls } = await watched(() => lost(), { giveUpAfter: 10_000 })
  await assert.rejects(backend.stat('config', 'config', signal), {
    code: 'connection-lost',
    message: 'the server hung up. It was tried 5 times in 8 s.',
  })
  assert.equal(calls.length, 5)
})

it('repeats nothing that will not get better by itself', async () => {
  const { backend, calls } = await watched(() => new BlackstartError('permission', 'no.'))
  await assert.rejects(backend.stat('config', 'config', signal), { code: 'permission', message: 'no.' })
  assert.deepEqual(calls, ['stat'])
})

it('goes on with a stream where it broke', async () => {
  let broken = 0
  const { backend } = await watched(call => (call === 'stream' && ++broken % 2 === 1 ? lost() : null))
  const bytes = randomBytes(5_000_000)
  const name = await stored(backend, bytes)
  const pieces = await Array.fromAsync(backend.stream('pack', name, 1000, signal), piece => Buffer.from(piece))
  assert.ok(bytes.subarray(1000).equals(Buffer.concat(pieces)))
  assert.ok(broken >= 6, `${broken} pieces`)
})

it('names each file of a listing once, however often it broke', async () => {
  let listed = 0
  const { backend } = await watched(call => (call === 'list' && [5, 20].includes(++listed) ? lost() : null))
  const names = await Promise.all(Array.from({ length: 20 }, (_, i) => stored(backend, Buffer.of(i))))
  const found = await Array.fromAsync(backend.list('pack', signal), ({ name }) => name)
  assert.deepEqual(found.sort(), names.sort())
})

it('gives a listing up that never gets any further', async () => {
  const { backend } = await watched(call => (call === 'list' ? lost() : null))
  await stored(backend, Buffer.from('one'))
  await stored(backend, Buffer.from('two'))
  await assert.rejects(Array.fromAsync(backend.list('pack', signal)), { code: 'connection-lost' })
})

it('reads a long file on in small steps after a failure', async () => {
  let reads = 0
  const { backend, calls } = await watched(call => {
    if (!call.startsWith('read')) return null
    reads += 1
    return reads % 2 === 1 ? lost() : null
  })
  const bytes = randomBytes(3_500_000)
  const name = await stored(backend, bytes)
  assert.ok(bytes.equals(await backend.read('pack', name, null, signal)))
  const [mib, rest] = ['read 1048576', `read ${3_500_000 - 3 * 1_048_576}`]
  assert.deepEqual(calls.slice(1), ['read all', 'stat', mib, mib, mib, mib, mib, rest, rest].slice(0, calls.length - 1))
})

it('sends an upload again from memory where it keeps them, and throws where it does not', async () => {
  const once = (call: string, nth: number): Error | null => (call !== 'stat' && nth === 1 ? lost() : null)
  const [kept, passed] = [await watched(once), await watched(once, { keepUploads: false })]
  assert.deepEqual([kept.backend.holdsUploads, passed.backend.holdsUploads], [true, false])
  const upload = await kept.backend.upload('pack', signal)
  await upload.append(Buffer.from('some'))
  await upload.append(Buffer.from('thing'))
  assert.equal((await upload.finish('ab'.repeat(32))).bytes, 9)
  assert.deepEqual(kept.calls, ['write', 'write'])
  const lostUpload = await passed.backend.upload('pack', signal)
  await assert.rejects(lostUpload.append(Buffer.from('some')), { code: 'connection-lost', retry: true })
  await lostUpload.discard()
})

it('asks a backend that resumes uploads to go on, in small steps, and holds none', async () => {
  let tries = 0
  const fails = (call: string) => (['append', 'finish'].includes(call) && ++tries % 2 === 1 ? lost() : null)
  const { backend, calls } = await watched(fails, {}, { resumesUploads: true })
  assert.deepEqual([backend.holdsUploads, backend.resumesUploads], [false, true])
  const bytes = randomBytes(2_500_000)
  const name = createHash('sha256').update(bytes).digest('hex')
  const upload = await backend.upload('pack', signal)
  await upload.append(bytes)
  assert.equal((await upload.finish(name)).bytes, 2_500_000)
  assert.deepEqual(calls, [...Array<string>(6).fill('append'), 'finish', 'finish'])
  assert.ok(bytes.equals(await backend.read('pack', name, null, signal)))
})

it('throws what a backend that resumes uploads cannot mend', async () => {
  const gone = new BlackstartError('storage', 'the temporary file is gone.')
  const fails = (call: string, nth: number) => (call !== 'append' ? null : nth === 1 ? lost() : gone)
  const { backend, calls } = await watched(fails, {}, { resumesUploads: true })
  const upload = await backend.upload('pack', signal)
  await assert.rejects(upload.append(Buffer.from('some')), { code: 'storage', retry: false })
  await upload.discard()
  assert.deepEqual(calls, ['append', 'append'])
})

it('ends a pause at once when the caller gives up', async () => {
  const stop = new AbortController()
  const policy: RetryPolicy = { ...networkRetries, onRetry: () => stop.abort(new Error('enough')) }
  const backend = retrying(
    breaking(localBackend(await freshFolder()), () => lost()),
    policy,
  )
  await assert.rejects(backend.stat('config', 'config', stop.signal), /enough/)
})
