// The engine and stock restic on one repository of a REST server: each reads what the other wrote.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { backup } from '../../src/engine/backup.ts'
import { check } from '../../src/engine/check.ts'
import { initRepository, openRepository } from '../../src/engine/repository.ts'
import { restore } from '../../src/engine/restore.ts'
import {
  describeFolder,
  options,
  password,
  pseudoRandom,
  scratchFolder,
  stockRestic,
} from '../../src/engine/test-repository.ts'
import { openStorage } from '../../src/storage/all.ts'
import type { Backend } from '../../src/storage/backend.ts'
import { startRestServer } from './rest-server.ts'

const found = await stockRestic()
const skip = typeof found === 'string' ? found : false
const restic = typeof found === 'string' ? () => Promise.resolve('') : found
const signal = AbortSignal.timeout(240_000)

async function fill(folder: string, seed: number): Promise<void> {
  await mkdir(path.join(folder, 'sub'), { recursive: true })
  await writeFile(path.join(folder, 'large'), pseudoRandom(seed, 5_000_000))
  for (let i = 0; i < 50; i += 1)
    await writeFile(path.join(folder, 'sub', `small ${i}`), pseudoRandom(seed + i, 1000 + i))
}

async function restoredBy(backend: Backend, id: string, target: string): Promise<void> {
  const repository = await openRepository(backend, password, options, signal)
  await restore(repository, await repository.snapshot(id, signal), { target }, signal)
}

async function noErrors(backend: Backend): Promise<void> {
  const report = await check(await openRepository(backend, password, options, signal), { readData: true }, signal)
  assert.deepEqual(report.problems, [])
}

describe('a repository on a REST server', { skip }, () => {
  for (const version of [1, 2] as const) {
    it(`is the same to us and to stock restic, in version ${version} of the protocol`, async () => {
      await using scratch = await scratchFolder()
      const [source, served] = [scratch.path('source'), scratch.path('served')]
      await mkdir(served)
      await fill(source, 1)
      await using server = await startRestServer({ folder: served, version })
      const location = `rest:${server.url}site/`
      await using backend = await openStorage(location, {})

      const repository = await initRepository(backend, password, options, signal)
      const ours = await backup(repository, [source], {}, signal)
      await restic(location, 'check', '--read-data')
      await restic(location, 'restore', ours.snapshot, '--target', scratch.path('by-restic'))
      const original = await describeFolder(source)
      assert.deepEqual(await describeFolder(path.join(scratch.path('by-restic'), source)), original)

      await fill(source, 2)
      await restic(location, 'backup', source)
      const changed = await describeFolder(source)
      await noErrors(backend)
      const [, theirs] = await (await openRepository(backend, password, options, signal)).snapshots(signal)
      await restoredBy(backend, theirs?.id ?? '', scratch.path('by-us'))
      assert.deepEqual(await describeFolder(path.join(scratch.path('by-us'), source)), changed)

      await restic(location, 'forget', ours.snapshot, '--prune')
      await noErrors(backend)
      await restoredBy(backend, theirs?.id ?? '', scratch.path('by-us-again'))
      assert.deepEqual(await describeFolder(path.join(scratch.path('by-us-again'), source)), changed)
    })
  }

  it('has locks that count for both', async () => {
    await using scratch = await scratchFolder()
    await using server = await startRestServer({ folder: scratch.folder })
    await using backend = await openStorage(`rest:${server.url}`, {})
    const repository = await initRepository(backend, password, options, signal)
    {
      await using _lock = await repository.lock('exclusive', signal)
      const backing = restic(`rest:${server.url}`, 'backup', import.meta.filename)
      await assert.rejects(backing, /already locked exclusively/)
    }
    await restic(`rest:${server.url}`, 'backup', import.meta.filename)
    assert.deepEqual(await Array.fromAsync(backend.list('lock', signal)), [])
  })
})
