import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { assertClean, assertHolds, type Contents, dyingAt, names, packBytes, store } from '../prune/test-snapshots.ts'
import { initRepository, openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, pseudoRandom, type Scratch, scratchFolder } from '../test-repository.ts'
import { openWriter } from '../writer.ts'
import { copySnapshots } from './copy-snapshots.ts'

const signal = AbortSignal.timeout(280_000)

async function pair(scratch: Scratch): Promise<{ source: Repository; destination: Repository }> {
  const { repository: source } = await newRepository(scratch.path('source'), signal)
  const destination = await initRepository(localBackend(scratch.path('destination')), 'another', options, signal)
  assert.notEqual(source.id, destination.id)
  return { source, destination }
}

const contents: readonly Contents[] = [
  { shared: pseudoRandom(1, 900_000), 'plc/a': Buffer.from('program\n'.repeat(9000)) },
  { shared: pseudoRandom(1, 900_000), 'plc/b': pseudoRandom(2, 200_000), empty: Buffer.alloc(0) },
  { other: pseudoRandom(3, 300_000) },
]

async function storeAll(source: Repository): Promise<string[]> {
  const ids: string[] = []
  for (const [i, each] of contents.entries()) ids.push(await store(source, each, `2026-0${i + 1}-02T03:04:05Z`))
  return ids
}

it('copies snapshots with what they need, once, and what came since in the next run', async () => {
  await using scratch = await scratchFolder()
  const { source, destination } = await pair(scratch)
  const ids = await storeAll(source)
  const some = await copySnapshots(source, destination, { snapshots: ids.slice(0, 2) }, signal)
  assert.deepEqual(
    some.copied.map(each => each.source),
    ids.slice(0, 2),
  )
  assert.ok(some.newBytes < 1_300_000 && some.storedBytes < 1_200_000)
  const rest = await copySnapshots(source, destination, {}, signal)
  assert.deepEqual([rest.copied.length, rest.skipped], [1, some.copied])
  const again = await copySnapshots(source, destination, {}, signal)
  assert.deepEqual([again.copied, again.skipped.length, again.newBlobs, again.storedBytes], [[], 3, 0, 0])
  await assertClean(destination)
  for (const [i, { destination: id }] of [...some.copied, ...rest.copied].entries()) {
    await assertHolds(destination, id, contents[i]!)
    const copied = await destination.snapshot(id, signal)
    const { id: _, ...fields } = await source.snapshot(ids[i]!, signal)
    assert.deepEqual(copied, { ...fields, id, original: ids[i] })
  }
  // compressed blobs stay as they were: the packs of both are as large
  const sizes = await Promise.all([source, destination].map(each => packBytes(each.backend)))
  assert.ok(Math.abs((sizes[0] ?? 0) - (sizes[1] ?? 0)) < 1000)
})

it('knows a snapshot that comes back, and one that was changed there for another', async () => {
  await using scratch = await scratchFolder()
  const { source, destination } = await pair(scratch)
  const ids = await storeAll(source)
  await copySnapshots(source, destination, {}, signal)
  assert.deepEqual((await copySnapshots(destination, source, {}, signal)).copied, [])
  const [first] = await destination.snapshots(signal)
  assert.ok(first)
  {
    await using lock = await destination.lock('shared', signal)
    await using writer = await openWriter(destination, lock, signal)
    writer.addSnapshot({ ...first, tags: ['approved'] })
    await writer.commit(signal)
    await destination.backend.remove('snapshot', first.id, signal)
  }
  const back = await copySnapshots(destination, source, {}, signal)
  assert.equal(back.copied.length, 1)
  const tagged = await source.snapshot(back.copied[0]?.destination ?? '', signal)
  assert.deepEqual([tagged.original, tagged.tags], [ids[0], ['approved']])
})

it('copies the snapshots that damage does not touch, and says which it does', async () => {
  await using scratch = await scratchFolder()
  const { source, destination } = await pair(scratch)
  const ids = await storeAll(source)
  const index = await source.refresh(signal)
  const data = [...index.packs].filter(([, { blobs }]) => blobs[0]?.type === 'data').map(([name]) => name)
  const victims = new Map<string, readonly string[]>()
  for (const name of data) {
    const file = scratch.path('source', layoutPath('pack', name))
    const bytes = await readFile(file)
    bytes[60] = bytes[60]! ^ 2
    await chmod(file, 0o600)
    await writeFile(file, bytes)
    const report = await copySnapshots(source, destination, {}, signal)
    victims.set(
      name,
      report.failed.map(each => each.source),
    )
    for (const { problem } of report.failed) assert.equal(problem.file, layoutPath('pack', name))
    assert.equal(report.failed.length + report.copied.length + report.skipped.length, 3)
    for (const { destination: id, source: from } of report.copied) {
      await assertHolds(destination, id, contents[ids.indexOf(from)]!)
      await destination.backend.remove('snapshot', id, signal)
    }
    for (const kind of ['index', 'pack'] as const) {
      for (const each of await names(destination.backend, kind)) await destination.backend.remove(kind, each, signal)
    }
    bytes[60] = bytes[60]! ^ 2
    await writeFile(file, bytes)
  }
  assert.deepEqual([...victims.values()].map(each => each.length).sort(), [1, 1, 2])
})

it('is not stopped by snapshots that cannot be read, here or there', async () => {
  await using scratch = await scratchFolder()
  const { source, destination } = await pair(scratch)
  const ids = await storeAll(source)
  const [first] = (await copySnapshots(source, destination, {}, signal)).copied
  assert.ok(first)
  const damage = async (folder: string, id: string) => {
    await chmod(scratch.path(folder, 'snapshots', id), 0o600)
    await writeFile(scratch.path(folder, 'snapshots', id), 'damaged')
  }
  await damage('destination', first.destination)
  const again = await copySnapshots(await reopened(scratch, 'source'), destination, {}, signal)
  assert.deepEqual([again.copied.map(each => each.source), again.skipped.length], [[first.source], 2], 'it comes anew')

  const damaged = ids[1] ?? ''
  await damage('source', damaged)
  const from = await reopened(scratch, 'source')
  const { copied, skipped, failed } = await copySnapshots(from, destination, {}, signal)
  assert.deepEqual([copied.length, skipped.length, failed.map(each => each.source)], [0, 2, [damaged]])
  assert.equal(failed[0]?.problem.file, `snapshots/${damaged}`)
  await assert.rejects(copySnapshots(from, destination, { snapshots: [damaged] }, signal), { code: 'integrity' })
})

async function reopened(scratch: Scratch, folder: string): Promise<Repository> {
  return await openRepository(localBackend(scratch.path(folder)), password, options, signal)
}

it('refuses to copy a repository to itself', async () => {
  await using scratch = await scratchFolder()
  const { source } = await pair(scratch)
  await assert.rejects(copySnapshots(source, source, {}, signal), { code: 'refused' })
})

it('killed ahead of any of its changes leaves a destination that checks clean, and the next run ends the same', async () => {
  await using scratch = await scratchFolder()
  const { repository: source } = await newRepository(scratch.path('source'), signal)
  await storeAll(source)
  let last = 0
  for (let done = false; !done; last += 1) {
    const folder = scratch.path(`destination-${last}`)
    await newRepository(folder, signal)
    const doomed = await openRepository(dyingAt(localBackend(folder), last).backend, password, options, signal)
    done = await copySnapshots(source, doomed, {}, signal).then(
      () => true,
      () => false,
    )
    const destination = await openRepository(localBackend(folder), password, options, signal)
    await destination.unlockAll(signal)
    await assertClean(destination, 5)
    const { copied, skipped } = await copySnapshots(source, destination, {}, signal)
    assert.equal(copied.length + skipped.length, 3)
    await assertClean(destination, 5)
    for (const [i, { id }] of (await destination.snapshots(signal)).entries()) {
      await assertHolds(destination, id, contents[i]!)
    }
  }
  assert.ok(last > 6, `${last} changes`)
})
