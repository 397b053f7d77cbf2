import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { copySnapshots } from '../copy/copy-snapshots.ts'
import { repairFromCopy } from '../repair/repair-from-copy.ts'
import { repairIndex } from '../repair/repair-index.ts'
import { repairPacks } from '../repair/repair-packs.ts'
import { filesOf, inflict, picker } from '../repair/test-damage.ts'
import { openRepository, type Repository } from '../repository.ts'
import { type Operation, run } from '../test-processes.ts'
import { newRepository, options, password, pseudoRandom, scratchFolder, stockRestic } from '../test-repository.ts'
import { prune } from './prune.ts'
import { assertClean, assertHolds, type Contents, contentsOf, names, store } from './test-snapshots.ts'

const signal = AbortSignal.timeout(3_000_000)
const kills = 60

/** True where it was done before it was killed. */
async function killed(operation: Operation, after: number, folder: string, other = ''): Promise<boolean> {
  const { child, ended } = run(operation, folder, other)
  const timer = setTimeout(() => child.kill('SIGKILL'), after)
  const lines = await ended
  clearTimeout(timer)
  return lines.at(-1) === 'done'
}

async function timed(action: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action
  return performance.now() - start
}

async function open(folder: string): Promise<Repository> {
  return await openRepository(localBackend(folder), password, options, signal)
}

async function fresh(from: string, to: string): Promise<string> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
  return to
}

const contents: readonly Contents[] = Array.from({ length: 5 }, (_, i) => ({
  shared: pseudoRandom(1, 3_000_000),
  [`own${i}`]: pseudoRandom(i + 10, 2_500_000),
  [`plc/part${i % 2}`]: pseudoRandom(i % 2, 900_000),
}))

async function storeAll(folder: string): Promise<string[]> {
  const { repository } = await newRepository(folder, signal)
  const ids: string[] = []
  for (const each of contents) ids.push(await store(repository, each))
  return ids
}

/** Repeats an operation that is killed at moments spread over what it takes; `assertSound` is called after each. */
async function killAllAlong(
  operation: Operation,
  prepare: () => Promise<{ folder: string; other: string }>,
  assertSound: (folder: string) => Promise<void>,
): Promise<number> {
  const first = await prepare()
  const whole = await timed(run(operation, first.folder, first.other).ended)
  let interrupted = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const { folder, other } = await prepare()
    if (!(await killed(operation, whole * (0.15 + (0.9 * kill) / kills), folder, other))) interrupted += 1
    const repository = await open(folder).catch(() => null) // before a repair it may not open
    await repository?.unlock(signal)
    await assertSound(folder)
  }
  return interrupted
}

it(`prune keeps everything through ${kills} kills, and the next run ends it`, async t => {
  await using scratch = await scratchFolder()
  const ids = await storeAll(scratch.path('base'))
  for (const i of [1, 3]) await localBackend(scratch.path('base')).remove('snapshot', ids[i] ?? '', signal)
  const prepare = async () => ({ folder: await fresh(scratch.path('base'), scratch.path('r')), other: '' })
  const assertSound = async (folder: string): Promise<void> => {
    for (const isPruned of [false, true]) {
      const repository = await open(folder)
      await assertClean(repository, isPruned ? 0 : 20)
      for (const i of [0, 2, 4]) await assertHolds(repository, ids[i] ?? '', contents[i] ?? {})
      if (!isPruned) await prune(repository, { maxUnused: { bytes: 0 } }, signal)
    }
  }
  const interrupted = await killAllAlong('prune', prepare, assertSound)
  t.diagnostic(`${interrupted} of ${kills} were killed before they were done`)
  assert.ok(interrupted > kills / 4)
})

it(`copy leaves a sound repository through ${kills} kills, and the next run ends it`, async t => {
  await using scratch = await scratchFolder()
  const ids = await storeAll(scratch.path('base'))
  await newRepository(scratch.path('empty'), signal)
  const prepare = async () => ({
    folder: await fresh(scratch.path('empty'), scratch.path('r')),
    other: scratch.path('base'),
  })
  const assertSound = async (folder: string): Promise<void> => {
    await assertClean(await open(folder), 20)
    const { copied, skipped } = await copySnapshots(await open(scratch.path('base')), await open(folder), {}, signal)
    assert.equal(copied.length + skipped.length, ids.length)
    const repository = await open(folder)
    await assertClean(repository, 20)
    for (const { source, destination } of [...copied, ...skipped]) {
      await assertHolds(repository, destination, contents[ids.indexOf(source)] ?? {})
    }
  }
  const interrupted = await killAllAlong('copy', prepare, assertSound)
  t.diagnostic(`${interrupted} of ${kills} were killed before they were done`)
  assert.ok(interrupted > kills / 4)
})

it(`repair index and packs take nothing away through ${kills} kills, and the next run ends them`, async t => {
  await using scratch = await scratchFolder()
  const ids = await storeAll(scratch.path('base'))
  const { packs } = await (await open(scratch.path('base'))).refresh(signal)
  // a header that cannot be read, and the index that names the pack is left
  const [first] = packs
  assert.ok(first)
  const [damaged, { indexes }] = first
  const file = layoutPath('pack', damaged)
  await inflict(scratch.path('base'), file, 'last byte', picker(1), '')
  const prepare = async () => {
    const folder = await fresh(scratch.path('base'), scratch.path('r'))
    const [lost = ''] = (await names(localBackend(folder), 'index')).filter(name => !indexes.includes(name))
    await localBackend(folder).remove('index', lost, signal)
    return { folder, other: '' }
  }
  const assertSound = async (folder: string): Promise<void> => {
    await repairIndex(await open(folder), {}, signal)
    await repairPacks(await open(folder), { packs: 'damaged' }, signal)
    const repository = await open(folder)
    await assertClean(repository, 20)
    for (const [i, id] of ids.entries()) await assertHolds(repository, id, contents[i] ?? {})
  }
  const interrupted = await killAllAlong('repair', prepare, assertSound)
  t.diagnostic(`${interrupted} of ${kills} were killed before they were done`)
  assert.ok(interrupted > kills / 4)
})

for (const kind of ['of its files', 'with other keys'] as const) {
  it(`a repair out of a copy ${kind} ends after each of ${kills} kills`, async t => {
    await using scratch = await scratchFolder()
    const ids = await storeAll(scratch.path('base'))
    const copy = scratch.path('copy')
    if (kind === 'of its files') await cp(scratch.path('base'), copy, { recursive: true })
    else {
      await newRepository(copy, signal)
      await copySnapshots(await open(scratch.path('base')), await open(copy), {}, signal)
    }
    for (const file of await filesOf(scratch.path('base'))) {
      if (!file.startsWith('keys/')) await inflict(scratch.path('base'), file, 'bit', picker(7), '')
    }
    const prepare = async () => ({ folder: await fresh(scratch.path('base'), scratch.path('r')), other: copy })
    const assertSound = async (folder: string): Promise<void> => {
      const damaged = { backend: localBackend(folder), password, open: options }
      const report = await repairFromCopy(damaged, await open(copy), {}, signal)
      assert.deepEqual([report.problems, report.absent], [[], []])
      const repository = await open(folder)
      await assertClean(repository, 20)
      const snapshots = await repository.snapshots(signal)
      assert.equal(snapshots.length, ids.length)
      for (const { id, original } of snapshots) {
        await assertHolds(repository, id, contents[ids.indexOf(original ?? id)] ?? {})
      }
    }
    const interrupted = await killAllAlong('heal', prepare, assertSound)
    t.diagnostic(`${interrupted} of ${kills} were killed before they were done`)
    assert.ok(interrupted > kills / 4)
  })
}

async function forget(repository: Repository, ids: readonly string[]): Promise<void> {
  await using _lock = await repository.lockWithin('exclusive', { atMost: 120_000 }, signal)
  for (const id of ids) await repository.backend.remove('snapshot', id, signal)
}

it('two that capture and one that prunes, killed at random, lose no snapshot that was reported', async t => {
  await using scratch = await scratchFolder()
  const folder = scratch.path('r')
  const { repository } = await newRepository(folder, signal)
  const held = new Map<string, number>()
  const restic = await stockRestic()
  let killsDone = 0
  for (let round = 0; round < 25; round += 1) {
    const runs = [
      run('capture', folder, '', round * 3),
      run('capture', folder, '', round * 3 + 1),
      run('prune', folder),
    ]
    // one of the three, in two rounds of three
    const victim = runs[round % 3]
    const timer = setTimeout(() => victim?.child.kill('SIGKILL'), 200 + Math.random() * 2500)
    const ended = await Promise.all(runs.map(each => each.ended))
    clearTimeout(timer)
    if (ended.some(lines => lines.at(-1) !== 'done')) killsDone += 1
    for (const line of ended.flat()) {
      const [id = '', number = ''] = line.split(' ')
      if (line !== 'done') held.set(id, Number(number))
    }
    const [oldest] = [...held.keys()]
    if (held.size > 6 && oldest !== undefined) {
      const gone = [...held.keys()].slice(0, held.size - 6)
      await forget(repository, gone)
      for (const id of gone) held.delete(id)
    }
    const after = await open(folder)
    await after.unlock(signal)
    await assertClean(after, 50)
    for (const [id, number] of held) await assertHolds(after, id, contentsOf(number))
    if (typeof restic !== 'string' && round % 5 === 4) {
      assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
    }
  }
  t.diagnostic(`${killsDone} of 25 rounds had a kill`)
  assert.ok(killsDone > 5)
  await prune(await open(folder), { maxUnused: { bytes: 0 } }, signal)
  await assertClean(await open(folder))
  for (const [id, number] of held) await assertHolds(await open(folder), id, contentsOf(number))
})
