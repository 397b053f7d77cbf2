import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import type { Backend } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { check } from '../check.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { IndexedPack } from '../index/index-file.ts'
import { openBlob, sealBlob } from '../pack/blob-sealing.ts'
import { PackBuilder } from '../pack/pack-builder.ts'
import type { Repository } from '../repository.ts'
import { newRepository, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { IndexWriter } from './index-writer.ts'
import { type PruneOptions, prune } from './prune.ts'
import { assertClean, assertHolds, type Contents, names, packBytes, store } from './test-snapshots.ts'

const signal = AbortSignal.timeout(280_000)
const everything = { maxUnused: { bytes: 0 } } as const

it('removes what no snapshot needs, keeps the rest, and says before what it will do', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const shared = pseudoRandom(1, 3_000_000)
  const kept: Contents = { shared, 'plc/own': pseudoRandom(2, 2_000_000) }
  const first = await store(repository, { shared, old: pseudoRandom(3, 4_000_000) })
  const second = await store(repository, kept)
  await store(repository, { newest: pseudoRandom(4, 1_000_000) })
  await backend.remove('snapshot', first, signal)
  const before = await packBytes(backend)

  const dry = await prune(repository, { ...everything, dryRun: true }, signal)
  assert.equal(await packBytes(backend), before)
  const report = await prune(repository, everything, signal)
  assert.equal(before - (await packBytes(backend)), report.bytes.freed)
  assert.ok(report.bytes.freed > 4_000_000 && report.bytes.freed < 4_010_000)
  assert.ok(Math.abs(dry.bytes.freed - report.bytes.freed) < 5000)
  assert.deepEqual([dry.packs.removed, dry.packs.repacked], [report.packs.removed, report.packs.repacked])
  assert.deepEqual([dry.blobs, dry.bytes.unused], [report.blobs, report.bytes.unused])
  assert.equal((await names(backend, 'pack')).length, report.packs.kept + report.packs.written)
  await assertClean(repository)
  await assertHolds(repository, second, kept)

  const again = await prune(repository, everything, signal)
  assert.deepEqual([again.bytes.freed, again.bytes.unused, again.packs.repacked], [0, 0, 0])
})

it('tolerates what it is told to, and repacks no more than it is told to', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const shared = pseudoRandom(1, 5_000_000)
  const first = await store(repository, { shared, old: pseudoRandom(2, 800_000) })
  await store(repository, { shared })
  await backend.remove('snapshot', first, signal)
  const repacked = async (limits: PruneOptions) =>
    (await prune(repository, { ...limits, dryRun: true }, signal)).bytes.repacked
  assert.equal(await repacked({ maxUnused: 'unlimited' }), 0)
  assert.equal(await repacked({ maxUnused: { percent: 20 } }), 0)
  assert.equal(await repacked({ maxUnused: { bytes: 1_000_000 } }), 0)
  assert.ok((await repacked({})) > 5_000_000)
  assert.ok((await repacked({ maxUnused: { bytes: 700_000 } })) > 5_000_000)
  assert.equal(await repacked({ ...everything, maxRepackBytes: 3_000_000 }), 0)
  assert.equal(await repacked({ ...everything, repackCacheableOnly: true }), 0)
})

it('joins small packs and small index files once there are ten of them', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const contents = Array.from({ length: 10 }, (_, i): Contents => ({ [`f${i}`]: pseudoRandom(i, 30_000) }))
  const ids: string[] = []
  for (const each of contents.slice(0, 9)) ids.push(await store(repository, each))
  const nothing = await prune(repository, {}, signal)
  assert.deepEqual(
    [nothing.packs.repacked, nothing.indexes.removed, nothing.exclusiveFor],
    [18, 10, nothing.exclusiveFor],
  )
  assert.deepEqual([(await names(backend, 'pack')).length, (await names(backend, 'index')).length], [2, 1])
  ids.push(await store(repository, contents[9]!))
  const few = await prune(repository, { repackSmall: true }, signal)
  assert.deepEqual([few.packs.repacked, few.indexes.removed, few.exclusiveFor], [0, 0, 0])
  await assertClean(repository)
  for (const [i, id] of ids.entries()) await assertHolds(repository, id, contents[i]!)
})

/** A pack of given blobs, whatever their types, and an index file that names it. */
async function writePack(
  repository: Repository,
  blobs: readonly { type: 'data' | 'tree'; plain: Buffer; packed: boolean }[],
): Promise<IndexedPack> {
  const { backend, key } = repository
  const parts: Uint8Array[] = []
  const packs: IndexedPack[] = []
  const builder = new PackBuilder(key, {
    append: bytes => void parts.push(bytes),
    finish: ({ name, blobs }) => void packs.push({ id: name, blobs }),
  })
  for (const { type, plain, packed } of blobs) {
    const sealed = packed ? sealBlob(key, type, plain) : { bytes: key.seal(plain), plainLength: null }
    builder.add(type, sha256(plain), sealed.bytes, sealed.plainLength)
  }
  builder.flush()
  const [pack] = packs
  assert.ok(pack)
  await backend.write('pack', pack.id, parts, signal)
  await using lock = await repository.lock('shared', signal)
  const writer = new IndexWriter(repository, null, lock, signal)
  await writer.add(pack)
  await writer.flush()
  return pack
}

it('takes packs apart that mix trees and data, and compresses trees that are not', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const contents = { recipe: Buffer.from('step 1\n'.repeat(5000)) }
  const id = await store(repository, contents)
  const { tree } = await repository.snapshot(id, signal)
  const treeBlob = { type: 'tree', plain: await repository.blob('tree', tree, signal), packed: false } as const
  const dataBlob = { type: 'data', plain: contents.recipe, packed: false } as const
  for (const kind of ['pack', 'index'] as const) {
    for (const name of await names(backend, kind)) await backend.remove(kind, name, signal)
  }
  await writePack(repository, [dataBlob, treeBlob])
  const report = await prune(repository, {}, signal)
  assert.deepEqual([report.packs.repacked, report.packs.written], [1, 2])
  const index = await repository.refresh(signal)
  for (const { blobs } of index.packs.values()) assert.equal(new Set(blobs.map(({ type }) => type)).size, 1)
  assert.deepEqual(
    [index.find('tree', tree)?.plainLength, index.find('data', sha256(contents.recipe))?.plainLength],
    [treeBlob.plain.length, null],
  )
  await assertClean(repository)
  const compressed = await prune(repository, { repackUncompressed: true }, signal)
  assert.ok(compressed.bytes.freed > 30_000)
  assert.equal((await prune(repository, { repackUncompressed: true }, signal)).packs.repacked, 0)
  await assertClean(repository)
  await assertHolds(repository, id, contents)
})

it('compresses what does not get shorter once, not in every run', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const id = await store(repository, { noise: pseudoRandom(5, 700_000) })
  assert.equal((await prune(repository, { repackUncompressed: true }, signal)).packs.repacked, 1)
  assert.equal((await prune(repository, { repackUncompressed: true }, signal)).packs.repacked, 0)
  await assertHolds(repository, id, { noise: pseudoRandom(5, 700_000) })
})

/** Turns a bit of a blob in its pack. */
async function damage(backend: Backend, pack: string, offset: number): Promise<void> {
  const file = `${backend.location}/${layoutPath('pack', pack)}`
  const bytes = await readFile(file)
  bytes[offset] = bytes[offset]! ^ 4
  await chmod(file, 0o600)
  await writeFile(file, bytes)
}

it('removes duplicates, and keeps the copy that is in good order', async () => {
  for (const damaged of ['none', 'first', 'second'] as const) {
    await using scratch = await scratchFolder()
    const { repository, backend } = await newRepository(scratch.path('r'), signal)
    const plain = pseudoRandom(8, 600_000)
    const id = await store(repository, { plain, 'b/more': pseudoRandom(9, 300_000) })
    const [blob] = (await repository.refresh(signal))
      .all('data', sha256(plain.subarray(0, 1)))
      .concat(
        [...(await repository.refresh(signal)).packs.values()]
          .flatMap(({ blobs }) => blobs)
          .filter(({ type }) => type === 'data'),
      )
    assert.ok(blob)
    const opened = openBlob(repository.key, blob, await backend.read('pack', blob.pack, blob, signal))
    assert.ok(Buffer.isBuffer(opened))
    const unneeded = { type: 'data', plain: randomBytes(50_000), packed: true } as const
    const pack = await writePack(repository, [{ type: 'data', plain: opened, packed: true }, unneeded])
    if (damaged === 'first') await damage(backend, blob.pack, blob.offset + 40)
    if (damaged === 'second') await damage(backend, pack.id, 40)
    const report = await prune(repository, everything, signal)
    assert.deepEqual(report.problems, [])
    assert.equal(report.blobs.duplicate, 1)
    await assertHolds(repository, id, { plain, 'b/more': pseudoRandom(9, 300_000) })
    const { blobs, duplicate } = { ...(await prune(repository, everything, signal)).blobs, blobs: 0 }
    assert.equal(blobs, 0)
    // the damaged copy is in a pack that is needed: it stays beside the good one, which is new
    if (damaged !== 'first') assert.equal(duplicate, 0)
  }
})

it('keeps a pack in which something needed is damaged, says so, and removes the rest', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const shared = pseudoRandom(1, 800_000)
  const first = await store(repository, { shared, old: pseudoRandom(2, 5_000_000) })
  const second = await store(repository, { shared })
  const third = await store(repository, { gone: pseudoRandom(3, 900_000) })
  const [node] = await repository.tree((await repository.snapshot(second, signal)).tree, signal)
  const place = (await repository.refresh(signal)).find('data', node?.content?.[0] ?? '')
  assert.ok(place)
  await damage(backend, place.pack, place.offset + 20)
  for (const id of [first, third]) await backend.remove('snapshot', id, signal)
  const report = await prune(repository, everything, signal)
  assert.deepEqual(
    report.problems.map(({ file }) => file),
    [layoutPath('pack', place.pack)],
  )
  assert.equal(report.packs.removed, 3)
  assert.equal((await backend.stat('pack', place.pack, signal)) !== null, true)
  const { problems } = await check(repository, { readData: true }, signal)
  assert.ok(problems.length > 0 && problems.every(({ file }) => file === layoutPath('pack', place.pack)))
})

it('refuses, and changes nothing, where nobody can tell what is needed', async () => {
  for (const broken of ['snapshot', 'index', 'pack'] as const) {
    await using scratch = await scratchFolder()
    const { repository, backend } = await newRepository(scratch.path('r'), signal)
    const first = await store(repository, { a: pseudoRandom(1, 400_000) })
    await store(repository, { a: pseudoRandom(1, 400_000), b: pseudoRandom(2, 400_000) })
    await backend.remove('snapshot', first, signal)
    const place = [...(await repository.refresh(signal)).packs].find(([, { blobs }]) => blobs[0]?.type === 'data')
    const victim = broken === 'pack' ? (place?.[0] ?? '') : ((await names(backend, broken))[0] ?? '')
    if (broken === 'snapshot') await backend.write(broken, victim, [Buffer.from('rubbish')], signal)
    else await backend.remove(broken, victim, signal)
    const before = await names(backend, 'pack')
    await assert.rejects(prune(repository, everything, signal), { code: 'integrity' })
    assert.deepEqual(await names(backend, 'pack'), before)
    assert.deepEqual(await names(backend, 'lock'), [])
  }
})

it('forgets packs that are gone and that nothing needs', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const first = await store(repository, { a: pseudoRandom(1, 400_000) })
  const packs = await names(backend, 'pack')
  const kept = { b: pseudoRandom(2, 400_000) }
  const second = await store(repository, kept)
  await backend.remove('snapshot', first, signal)
  for (const name of packs) await backend.remove('pack', name, signal)
  await prune(repository, {}, signal)
  await assertClean(repository)
  await assertHolds(repository, second, kept)
})

it('waits for a running capture as long as it is told', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const first = await store(repository, { a: pseudoRandom(1, 400_000) })
  await backend.remove('snapshot', first, signal)
  const capture = await repository.lock('shared', signal)
  await assert.rejects(prune(repository, { lockWait: { atMost: 300 } }, signal), { code: 'locked' })
  const lockWait = { atMost: 60_000, onWait: () => void capture[Symbol.asyncDispose]() }
  const report = await prune(repository, { lockWait }, signal)
  assert.equal(report.packs.removed, 2)
  assert.deepEqual(await names(backend, 'pack'), [])
})
