// The engine on a REST server whose connections break again and again: everything is done, and nothing is damaged.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { backup } from '../../src/engine/backup.ts'
import { check } from '../../src/engine/check.ts'
import { initRepository, openRepository } from '../../src/engine/repository.ts'
import { restore } from '../../src/engine/restore.ts'
import { describeFolder, options, password, pseudoRandom, scratchFolder } from '../../src/engine/test-repository.ts'
import { openStorage } from '../../src/storage/all.ts'
import { localBackend } from '../../src/storage/local/local-backend.ts'
import { networkRetries, retrying } from '../../src/storage/retrying.ts'
import { type Fault, startFaultProxy } from './fault-proxy.ts'
import { type HttpFaultProxy, startHttpFaultProxy } from './http-fault-proxy.ts'
import { startRestServer } from './rest-server.ts'

const signal = AbortSignal.timeout(120_000)
const policy = { ...networkRetries, firstPause: 5, longestPause: 50 }

/** Faults of all kinds in an order that looks random and is always the same. */
function manyFaults(count: number): Fault[] {
  const numbers = new Uint32Array(Uint8Array.from(pseudoRandom(7, count * 4)).buffer)
  return Array.from(numbers, number => ({
    what: (['reset', 'end', 'reset', 'stall'] as const)[number % 4] ?? 'reset',
    on: number & 16 ? 'sent' : 'received',
    after: number % 100 < 30 ? number % 500 : number % 400_000,
  }))
}

function manyAnswers(proxy: HttpFaultProxy): void {
  for (let i = 0; i < 40; i += 1) {
    proxy.arm({ method: i % 4 === 0 ? 'POST' : 'GET', status: [500, 502, 503, 429][i % 4] ?? 500, done: i % 3 === 0 })
  }
}

it('backs up, checks and restores through faults of every kind', async () => {
  await using scratch = await scratchFolder()
  const [source, served, target] = ['source', 'served', 'target'].map(name => scratch.path(name)) as [
    string,
    string,
    string,
  ]
  await mkdir(path.join(source, 'sub'), { recursive: true })
  await mkdir(served)
  await writeFile(path.join(source, 'large'), pseudoRandom(1, 20_000_000))
  for (let i = 0; i < 100; i += 1) await writeFile(path.join(source, 'sub', `small ${i}`), pseudoRandom(i, 3000))

  await using server = await startRestServer({ folder: served })
  await using answers = await startHttpFaultProxy({ host: '127.0.0.1', port: server.port })
  await using proxy = await startFaultProxy({ host: '127.0.0.1', port: answers.port })
  let retries = 0
  const onRetry = () => {
    retries += 1
  }
  const storage = await openStorage(`rest:http://127.0.0.1:${proxy.port}/`, { idleTimeout: 300 })
  await using backend = retrying(storage, { ...policy, onRetry })

  proxy.arm(...manyFaults(60))
  manyAnswers(answers)
  const repository = await initRepository(backend, password, options, signal)
  const { snapshot } = await backup(repository, [source], {}, signal)
  const report = await check(await openRepository(backend, password, options, signal), { readData: true }, signal)
  assert.deepEqual(report.problems, [])
  const again = await openRepository(backend, password, options, signal)
  await restore(again, await again.snapshot(snapshot, signal), { target }, signal)
  assert.deepEqual(await describeFolder(path.join(target, source)), await describeFolder(source))
  assert.ok(retries > 30, `${retries} retries`)
  assert.deepEqual(await Array.fromAsync(backend.list('lock', signal)), [])

  // and so it lies there
  const direct = await openRepository(localBackend(served), password, options, signal)
  assert.deepEqual((await check(direct, { readData: true }, signal)).problems, [])
})
