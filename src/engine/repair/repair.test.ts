import assert from 'node:assert/strict'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { check } from '../check.ts'
import { prune } from '../prune/prune.ts'
import { assertClean, assertHolds, type Contents, dyingAt, names, read, store } from '../prune/test-snapshots.ts'
import { openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { openWriter } from '../writer.ts'
import { keepAside } from './keep-aside.ts'
import { repairIndex } from './repair-index.ts'
import { repairPacks } from './repair-packs.ts'
import { repairSnapshots } from './repair-snapshots.ts'
import { overwrite } from './test-damage.ts'

const signal = AbortSignal.timeout(280_000)

const contents: readonly Contents[] = [
  { a: pseudoRandom(1, 2_500_000), 'plc/x': pseudoRandom(2, 300_000), 'plc/y': pseudoRandom(3, 1_400_000) },
  { a: pseudoRandom(1, 2_500_000), 'hmi/z': Buffer.from('alarm\n'.repeat(9000)) },
]

async function prepare(folder: string): Promise<{ repository: Repository; ids: readonly string[] }> {
  const { repository } = await newRepository(folder, signal)
  const ids = [await store(repository, contents[0]!), await store(repository, contents[1]!, '2026-03-02T03:04:05Z')]
  return { repository, ids }
}

async function packsOf(repository: Repository, type: 'data' | 'tree'): Promise<string[]> {
  const index = await repository.refresh(signal)
  return [...index.packs].filter(([, { blobs }]) => blobs[0]?.type === type).map(([name]) => name)
}

async function turnByte(repository: Repository, pack: string, at: number): Promise<void> {
  const file = `${repository.backend.location}/${layoutPath('pack', pack)}`
  const bytes = await readFile(file)
  bytes[at] = bytes[at]! ^ 8
  await overwrite(file, bytes)
}

it('leaves out entries whose names no restore takes, and says so', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const time = '2026-11-24T12:00:00Z'
  const link = (name: string): string =>
    `{"name":${JSON.stringify(name)},"type":"symlink","mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"linktarget":"x"}`
  {
    await using lock = await repository.lock('shared', signal)
    await using writer = await openWriter(repository, lock, signal)
    const tree = await writer.addTreeText(['..', 'a', 'a', 'b', 'c/d'].map(link), signal)
    writer.addSnapshot({ time, tree, hostname: 'h', username: '', paths: ['/'], tags: [] })
    await writer.commit(signal)
  }
  const told: string[] = []
  const onChange = ({ path, what }: { path: string; what: string }) => void told.push(`${path} ${what}`)
  const { changed } = await repairSnapshots(repository, { forget: true, onChange }, signal)
  assert.deepEqual(told, [
    '/.. has a name that leads out of its folder: it is left out',
    '/a has the name of an entry before it: it is left out',
    '/c/d has a name that leads out of its folder: it is left out',
  ])
  assert.equal(changed.length, 1)
  const fresh = await openRepository(repository.backend, password, options, signal)
  await assertClean(fresh)
  assert.deepEqual((await repairSnapshots(fresh, {}, signal)).changed, [])
})

it('makes the index anew out of the headers of packs, whatever is left of it', async () => {
  for (const left of ['nothing', 'rubbish', 'one'] as const) {
    await using scratch = await scratchFolder()
    const { repository, ids } = await prepare(scratch.path('r'))
    const { backend } = repository
    const indexes = await names(backend, 'index')
    for (const name of left === 'one' ? indexes.slice(1) : indexes) await backend.remove('index', name, signal)
    if (left === 'rubbish') await backend.write('index', 'ab'.repeat(32), [Buffer.from('rubbish')], signal)
    const dry = await repairIndex(repository, { dryRun: true }, signal)
    assert.equal((await names(backend, 'index')).length, left === 'nothing' ? 0 : 1)
    const report = await repairIndex(repository, {}, signal)
    assert.equal(report.added.length, left === 'one' ? 2 : 4)
    assert.deepEqual([dry.added.toSorted(), dry.dropped], [report.added.toSorted(), []])
    assert.equal(report.damagedIndexes.length, left === 'rubbish' ? 1 : 0)
    const fresh = await openRepository(backend, password, options, signal)
    await assertClean(fresh)
    for (const [i, id] of ids.entries()) await assertHolds(fresh, id, contents[i]!)
    const none = await repairIndex(repository, {}, signal)
    assert.deepEqual([none.added, none.indexes], [[], { written: 0, removed: 0 }])
    const all = await repairIndex(repository, { readAllPacks: true }, signal)
    assert.equal(all.added.length, 4)
    await assertClean(fresh)
  }
})

it('reads of a pack’s header no more than it needs, and headers of any length', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  // more blobs than the first read has room for
  const many = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`f${i}`, Buffer.from(`content ${i}`)]))
  const id = await store(repository, { ...many, large: pseudoRandom(1, 900_000) })
  for (const name of await names(backend, 'index')) await backend.remove('index', name, signal)
  let bytes = 0
  const counted = {
    ...backend,
    async read(...[kind, name, range, given]: Parameters<typeof backend.read>) {
      const found = await backend.read(kind, name, range, given)
      if (kind === 'pack') bytes += found.byteLength
      return found
    },
  }
  const reader = await openRepository(counted, password, options, signal)
  await repairIndex(reader, {}, signal)
  assert.ok(bytes > 30_000 && bytes < 120_000, `${bytes} bytes`)
  await assertHolds(await openRepository(backend, password, options, signal), id, {
    ...many,
    large: pseudoRandom(1, 900_000),
  })
})

it('forgets packs that are gone, and keeps what the index says of one whose header is damaged', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await prepare(scratch.path('r'))
  const [gone = '', cut = ''] = await packsOf(repository, 'data')
  await repository.backend.remove('pack', gone, signal)
  const file = `${repository.backend.location}/${layoutPath('pack', cut)}`
  await overwrite(file, (await readFile(file)).subarray(0, -100))
  const report = await repairIndex(repository, {}, signal)
  assert.deepEqual(
    [report.dropped, report.unreadable.map(problem => problem.file)],
    [[gone], [layoutPath('pack', cut)]],
  )
  const index = await (await openRepository(repository.backend, password, options, signal)).refresh(signal)
  assert.deepEqual([index.packs.has(gone), index.packs.has(cut)], [false, true])
})

it('salvages what is intact in damaged packs, and says what is not', async () => {
  for (const harm of ['blob', 'header', 'cut'] as const) {
    await using scratch = await scratchFolder()
    const { repository, ids } = await prepare(scratch.path('r'))
    const index = await repository.refresh(signal)
    const [pack = ''] = (await packsOf(repository, 'data')).filter(
      name => (index.packs.get(name)?.blobs.length ?? 0) >= 3,
    )
    const file = `${repository.backend.location}/${layoutPath('pack', pack)}`
    const bytes = await readFile(file)
    const [, second] = index.packs.get(pack)?.blobs ?? []
    assert.ok(second)
    if (harm === 'blob') await turnByte(repository, pack, second.offset + 30)
    if (harm === 'header') await turnByte(repository, pack, bytes.length - 10)
    if (harm === 'cut') await overwrite(file, bytes.subarray(0, second.offset + 10))
    const dry = await repairPacks(repository, { packs: 'damaged', dryRun: true }, signal)
    assert.equal((await names(repository.backend, 'pack')).includes(pack), true)
    const report = await repairPacks(repository, { packs: 'damaged', keepIn: scratch.path('aside') }, signal)
    assert.deepEqual(report, dry)
    assert.deepEqual(
      report.packs.map(each => each.pack),
      [pack],
    )
    const blobs = index.packs.get(pack)?.blobs.length ?? 0
    const lost = harm === 'blob' ? 1 : harm === 'header' ? 0 : blobs - 1
    assert.deepEqual([report.packs[0]?.salvaged, report.packs[0]?.lost.length], [blobs - lost, lost])
    assert.equal((await names(repository.backend, 'pack')).includes(pack), false)
    assert.deepEqual(await readdir(scratch.path('aside')), [layoutPath('pack', pack).replaceAll('/', '-')])
    const fresh = await openRepository(repository.backend, password, options, signal)
    const { problems } = await check(fresh, { readData: true }, signal)
    assert.equal(problems.length > 0, lost > 0)
    if (lost === 0) for (const [i, id] of ids.entries()) await assertHolds(fresh, id, contents[i]!)
    const none = await repairPacks(fresh, { packs: 'damaged' }, signal)
    assert.deepEqual(none.packs, [])
  }
})

it('refuses to salvage a pack that nobody knows', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await prepare(scratch.path('r'))
  await assert.rejects(repairPacks(repository, { packs: ['ab'.repeat(32)] }, signal), { code: 'not-found' })
})

it('writes snapshots anew without what is lost, and only those', async () => {
  for (const forget of [false, true]) {
    await using scratch = await scratchFolder()
    const { repository, ids } = await prepare(scratch.path('r'))
    const node = await repository.find(await repository.snapshot(ids[0]!, signal), '/plc/y', signal)
    const place = (await repository.refresh(signal)).find('data', node?.content?.at(-1) ?? '')
    assert.ok(place && node?.content)
    await turnByte(repository, place.pack, place.offset + 20)
    await repairPacks(repository, { packs: 'damaged' }, signal)
    const changes: string[] = []
    const onChange = ({ path, what }: { path: string; what: string }) => void changes.push(`${path} ${what}`)
    const dry = await repairSnapshots(repository, { dryRun: true, forget, onChange }, signal)
    assert.deepEqual(dry.changed, [{ before: ids[0], after: null, nothingLeft: false }])
    assert.deepEqual(await names(repository.backend, 'snapshot'), ids.toSorted())
    const report = await repairSnapshots(repository, { forget, onChange }, signal)
    assert.deepEqual(changes, Array(2).fill('/plc/y has lost 1 of its parts: the others are kept'))
    const [change] = report.changed
    assert.equal(change?.before, ids[0])
    const after = await repository.snapshot(change?.after ?? '', signal)
    assert.deepEqual([after.original, after.tags, report.removed], [ids[0], forget ? [] : ['repaired'], forget ? 1 : 0])
    const kept = await repository.find(after, '/plc/y', signal)
    const left = node.content.slice(0, -1)
    assert.deepEqual([kept?.content, kept?.size ?? 0], [left, (node.size ?? 0) - (repositoryBytes(place) ?? 0)])
    const { y: _, ...others } = Object.fromEntries(
      Object.entries(contents[0]!).map(([path, bytes]) => [path.replace('plc/y', 'y'), bytes]),
    )
    const found = await read(repository, after.id)
    delete found['plc/y']
    assert.equal(Object.keys(found).length, Object.keys(others).length)
    await assertHolds(repository, ids[1]!, contents[1]!)
    if (forget) {
      await prune(repository, {}, signal)
      await assertClean(repository)
    }
    assert.deepEqual((await repairSnapshots(repository, { forget }, signal)).changed.length, forget ? 0 : 1)
  }
})

function repositoryBytes(place: { plainLength: number | null; length: number }): number {
  return place.plainLength ?? place.length - 32
}

it('tells of every snapshot what it has lost, also where others have lost the same', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const [plc, more] = [{ 'plc/x': pseudoRandom(2, 300_000), 'plc/y': pseudoRandom(3, 400_000) }, pseudoRandom(4, 9_000)]
  const ids = [
    await store(repository, plc),
    await store(repository, plc, '2026-03-02T03:04:05Z'),
    await store(repository, { ...plc, more }, '2026-03-03T03:04:05Z'),
  ]
  const node = await repository.find(await repository.snapshot(ids[0]!, signal), '/plc/y', signal)
  const place = (await repository.refresh(signal)).find('data', node?.content?.[0] ?? '')
  assert.ok(place)
  await turnByte(repository, place.pack, place.offset + 20)
  await repairPacks(repository, { packs: 'damaged' }, signal)
  for (const dryRun of [true, false]) {
    const told: string[] = []
    const onChange = ({ snapshot, path }: { snapshot: string; path: string }) => void told.push(`${snapshot} ${path}`)
    const { changed } = await repairSnapshots(repository, { dryRun, onChange }, signal)
    assert.deepEqual(
      [told.toSorted(), changed.map(({ before }) => before).toSorted()],
      [ids.map(id => `${id} /plc/y`).toSorted(), ids.toSorted()],
    )
  }
})

it('empties folders whose list cannot be read, and leaves a snapshot of which nothing can', async () => {
  await using scratch = await scratchFolder()
  const { repository, ids } = await prepare(scratch.path('r'))
  const [first, second] = await Promise.all(ids.map(id => repository.snapshot(id, signal)))
  assert.ok(first && second)
  const index = await repository.refresh(signal)
  const folder = await repository.find(first, '/plc', signal)
  const [inner, root] = [index.find('tree', folder?.subtree ?? ''), index.find('tree', second.tree)]
  assert.ok(inner && root)
  await turnByte(repository, inner.pack, inner.offset + 20)
  await turnByte(repository, root.pack, root.offset + 20)
  const fresh = await openRepository(repository.backend, password, options, signal)
  const report = await repairSnapshots(fresh, {}, signal)
  const after = report.changed.find(each => each.before === ids[0])?.after
  assert.deepEqual(
    report.changed.find(each => each.before === ids[1]),
    { before: ids[1], after: null, nothingLeft: true },
  )
  assert.deepEqual(Object.keys(await read(fresh, after ?? '')), ['a'])
  assert.equal((await names(fresh.backend, 'snapshot')).length, 3)
  await fresh.backend.write('snapshot', 'ab'.repeat(32), [Buffer.from('rubbish')], signal)
  const removing = await repairSnapshots(fresh, { forget: true }, signal)
  assert.deepEqual(
    removing.unreadable.map(({ file }) => file),
    [`snapshots/${'ab'.repeat(32)}`],
  )
  assert.deepEqual([removing.removed, (await names(fresh.backend, 'snapshot')).length], [3, 2])
})

it('killed ahead of any of its changes leaves no less than there was', async () => {
  await using scratch = await scratchFolder()
  const { repository, ids } = await prepare(scratch.path('r'))
  const [pack = ''] = await packsOf(repository, 'data')
  const bytes = (await repository.backend.stat('pack', pack, signal))?.bytes ?? 0
  await turnByte(repository, pack, bytes - 10)
  const listing = (await repository.refresh(signal)).packs.get(pack)?.indexes ?? []
  for (const name of await names(repository.backend, 'index')) {
    if (!listing.includes(name)) await repository.backend.remove('index', name, signal)
  }
  let last = 0
  for (let done = false; !done; last += 1) {
    const folder = scratch.path(`copy-${last}`)
    await cp(scratch.path('r'), folder, { recursive: true })
    const doomed = await openRepository(dyingAt(localBackend(folder), last).backend, password, options, signal)
    const repair = async (each: Repository): Promise<void> => {
      await repairIndex(each, {}, signal)
      await repairPacks(each, { packs: 'damaged' }, signal)
    }
    done = await repair(doomed).then(
      () => true,
      () => false,
    )
    const after = await openRepository(localBackend(folder), password, options, signal)
    await after.unlockAll(signal)
    await repair(after)
    await assertClean(after, 5)
    for (const [i, id] of ids.entries()) await assertHolds(after, id, contents[i]!)
  }
  assert.ok(last > 8, `${last} changes`)
})

it('keeps a damaged file aside as far as it can be read', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await prepare(scratch.path('r'))
  const [pack = ''] = await packsOf(repository, 'data')
  await turnByte(repository, pack, 100)
  const before = await readFile(`${repository.backend.location}/${layoutPath('pack', pack)}`)
  await writeFile(scratch.path('file'), '')
  const inFile = repairPacks(repository, { packs: [pack], keepIn: scratch.path('file') }, signal)
  await assert.rejects(inFile, { code: 'storage', message: /was not touched/ })
  assert.ok((await names(repository.backend, 'pack')).includes(pack))
  await repairPacks(repository, { packs: [pack], keepIn: scratch.path('aside') }, signal)
  const [kept = ''] = await readdir(scratch.path('aside'))
  assert.ok(before.equals(await readFile(scratch.path('aside', kept))))
})

it('overwrites nothing that was kept aside before, and keeps nothing of what is gone', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await prepare(scratch.path('r'))
  const [pack = ''] = await packsOf(repository, 'data')
  const aside = scratch.path('aside')
  const keep = () => keepAside(repository.backend, 'pack', pack, aside, signal)
  await keep()
  await turnByte(repository, pack, 100)
  await keep()
  await repository.backend.remove('pack', pack, signal)
  await keep()
  const name = layoutPath('pack', pack).replaceAll('/', '-')
  assert.deepEqual((await readdir(aside)).toSorted(), [name, `${name}-2`])
  const [first, second] = await Promise.all([name, `${name}-2`].map(file => readFile(`${aside}/${file}`)))
  assert.ok(first && second && first.length === second.length && !first.equals(second))
})

it('leaves a pack where it is of which nobody knows what is in it', async () => {
  await using scratch = await scratchFolder()
  const { repository, ids } = await prepare(scratch.path('r'))
  const { backend } = repository
  const [pack = ''] = await packsOf(repository, 'data')
  const bytes = (await backend.stat('pack', pack, signal))?.bytes ?? 0
  await turnByte(repository, pack, bytes - 10)
  await cp(scratch.path('r', 'index'), scratch.path('index'), { recursive: true })
  for (const name of await names(backend, 'index')) await backend.remove('index', name, signal)
  const bare = await openRepository(backend, password, options, signal)
  assert.equal((await repairIndex(bare, {}, signal)).unreadable.length, 1)
  const { packs } = await repairPacks(bare, { packs: [pack] }, signal)
  assert.deepEqual(packs, [{ pack, salvaged: 0, lost: [], isUnknown: true, isUnreadable: false }])
  assert.equal((await backend.stat('pack', pack, signal))?.bytes, bytes)
  // once its index file is back, all of it is
  await cp(scratch.path('index'), scratch.path('r', 'index'), { recursive: true })
  const again = await openRepository(backend, password, options, signal)
  const saved = await repairPacks(again, { packs: [pack] }, signal)
  assert.deepEqual([saved.packs[0]?.lost, saved.packs[0]?.isUnknown], [[], false])
  const fresh = await openRepository(backend, password, options, signal)
  for (const [i, id] of ids.entries()) await assertHolds(fresh, id, contents[i]!)
})

it('takes nothing out of snapshots that a repair of the index would bring back', async () => {
  await using scratch = await scratchFolder()
  const { repository, ids } = await prepare(scratch.path('r'))
  const { backend } = repository
  const open = () => openRepository(backend, password, options, signal)
  for (const name of await names(backend, 'index')) await backend.remove('index', name, signal)
  for (const dryRun of [true, false]) {
    const repair = repairSnapshots(await open(), { forget: true, dryRun }, signal)
    await assert.rejects(repair, { code: 'refused', message: /no index names .*Run repair index first/ })
  }
  assert.deepEqual(await names(backend, 'snapshot'), ids.toSorted())
  await repairIndex(await open(), {}, signal)
  assert.deepEqual((await repairSnapshots(await open(), { forget: true }, signal)).changed, [])
  // what a killed backup has left is in nobody's way
  await backend.write('pack', 'ab'.repeat(32), [Buffer.from('rubbish')], signal)
  const [pack = ''] = await packsOf(await open(), 'data')
  await backend.remove('pack', pack, signal)
  const gone = repairSnapshots(await open(), {}, signal)
  await assert.rejects(gone, { code: 'refused', message: /names packs that are gone \(1\)\. Run repair index first/ })
  await repairIndex(await open(), {}, signal)
  assert.ok((await repairSnapshots(await open(), {}, signal)).changed.length > 0)
})
