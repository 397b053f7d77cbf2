import assert from 'node:assert/strict'
import { chmod, cp, readFile, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { check } from '../check.ts'
import { copySnapshots } from '../copy/copy-snapshots.ts'
import { IndexWriter } from '../prune/index-writer.ts'
import { names, store } from '../prune/test-snapshots.ts'
import { initRepository, openRepository } from '../repository.ts'
import { addPassword, newRepository, options, password, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { openWriter } from '../writer.ts'
import type { DataSubset } from './data-subset.ts'

const signal = AbortSignal.timeout(120_000)
const day = 24 * 60 * 60_000

it('reads the packs of a subset, and finds within a period what is damaged', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  for (let i = 0; i < 4; i += 1) await store(repository, { [`f${i}`]: pseudoRandom(i, 50_000) })
  const [victim = ''] = await names(backend, 'pack')
  const file = scratch.path('r', layoutPath('pack', victim))
  const bytes = await readFile(file)
  bytes[50] = bytes[50]! ^ 1
  await chmod(file, 0o600)
  await writeFile(file, bytes)
  let now = new Date('2026-11-24T12:00:00Z')
  const dated = await openRepository(backend, password, { ...options, now: () => now }, signal)
  let [packsRead, bytesRead, found] = [0, 0, 0]
  for (let i = 0; i < 5; i += 1) {
    const subset: DataSubset = { kind: 'rotation', days: 5 }
    const report = await check(dated, { readData: true, subset }, signal)
    packsRead += report.packsRead
    bytesRead += report.bytesRead
    found += report.problems.filter(problem => problem.file === layoutPath('pack', victim)).length > 0 ? 1 : 0
    now = new Date(now.getTime() + day)
  }
  const all = (await Array.fromAsync(backend.list('pack', signal))).reduce((sum, { bytes }) => sum + bytes, 0)
  // a tree that cannot be read is found on each day
  assert.deepEqual([packsRead, bytesRead], [8, all])
  assert.ok(found === 1 || found === 5)
  assert.equal(
    (await check(repository, { readData: false, subset: { kind: 'part', part: 1, of: 1 } }, signal)).packsRead,
    0,
  )
})

it('says what another copy has and this one lacks', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const snapshot = await store(repository, { a: pseudoRandom(1, 1000) })
  const key = await addPassword(repository, 'another', signal)
  await cp(scratch.path('r'), scratch.path('copy'), { recursive: true })
  const copy = localBackend(scratch.path('copy'))
  assert.deepEqual((await check(repository, { readData: true, copy }, signal)).problems, [])
  await backend.remove('snapshot', snapshot, signal)
  await backend.remove('key', key, signal)
  const { problems } = await check(repository, { readData: false, copy }, signal)
  assert.deepEqual(
    problems.map(({ file }) => file),
    [`keys/${key}`, `snapshots/${snapshot}`],
  )
})

it('refuses as another copy what is none of its files', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await store(repository, { a: pseudoRandom(1, 1000) })
  const mirror = await initRepository(localBackend(scratch.path('mirror')), 'another', options, signal)
  await copySnapshots(repository, mirror, {}, signal)
  const asked = check(repository, { readData: false, copy: mirror.backend }, signal)
  await assert.rejects(asked, { code: 'refused', message: /is no copy of the files of .* "repair from-copy" tells/ })
})

it('lists ten thousand problems, and counts the others', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const contents = Object.fromEntries(Array.from({ length: 10_100 }, (_, i) => [`f${i}`, Buffer.from(`content ${i}`)]))
  await store(repository, contents)
  const index = await repository.refresh(signal)
  const [data = ''] = [...index.packs].find(([, { blobs }]) => blobs[0]?.type === 'data') ?? []
  // an index that knows the trees only
  await using lock = await repository.lock('shared', signal)
  const writer = new IndexWriter(repository, null, lock, signal)
  for (const [id, { blobs }] of index.packs) if (id !== data) await writer.add({ id, blobs })
  await writer.flush()
  for (const name of index.files) await backend.remove('index', name, signal)
  const report = await check(repository, { readData: false }, signal)
  assert.deepEqual([report.problems.length, report.unlisted], [10_000, 100])
  assert.deepEqual(report.unreferencedPacks, [data])
})

it('finds names that no restore would take: such as lead out of their folder, or two entries have', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const time = '2026-11-24T12:00:00Z'
  const link = (name: string): string =>
    `{"name":${JSON.stringify(name)},"type":"symlink","mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0}`
  const isFound = { '..': true, '.': true, '': true, 'a/b': true, 'a\\x00b': true, 'a\\\\b': false, '...': false }
  const trees = Object.entries(isFound).map(([name, found]) => [[link(name)], found] as const)
  for (const [nodes, found] of [...trees, [[link('a'), link('b'), link('a')], true] as const]) {
    const id = writer.addSnapshot({ ...facts, time, tree: await writer.addTreeText(nodes, signal) })
    await writer.commit(signal)
    const { problems } = await check(repository, { readData: false }, signal)
    assert.equal(
      problems.some(({ file }) => file === layoutPath('snapshot', id)),
      found,
      nodes.join(),
    )
  }
})

const facts = { hostname: 'h', username: '', paths: ['/'], tags: [] }
