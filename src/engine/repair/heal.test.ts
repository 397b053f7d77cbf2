import assert from 'node:assert/strict'
import { cp, readFile, rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { check } from '../check.ts'
import { copySnapshots } from '../copy/copy-snapshots.ts'
import { saveSnapshot } from '../edit/save-snapshot.ts'
import { prune } from '../prune/prune.ts'
import { assertClean, assertHolds, type Contents, names, store } from '../prune/test-snapshots.ts'
import { initRepository, openRepository, type Repository } from '../repository.ts'
import {
  addPassword,
  newRepository,
  options,
  password,
  pseudoRandom,
  type Scratch,
  scratchFolder,
} from '../test-repository.ts'
import { type HealOptions, repairFromCopy } from './repair-from-copy.ts'
import { type Damage, damages, filesOf, inflict, overwrite } from './test-damage.ts'

const signal = AbortSignal.timeout(290_000)

const contents: readonly Contents[] = [
  { a: pseudoRandom(1, 1_500_000), 'plc/x': pseudoRandom(2, 300_000) },
  { a: pseudoRandom(1, 1_500_000), 'hmi/z': Buffer.from('alarm\n'.repeat(9000)) },
]

interface Pair {
  readonly ids: readonly string[]
  readonly copy: Repository
}

type Kind = 'of its files' | 'with other keys'

/** A repository in `r` with two keys, and a copy of it in `copy`. */
async function prepare(scratch: Scratch, kind: Kind): Promise<Pair> {
  const { repository } = await newRepository(scratch.path('r'), signal)
  await addPassword(repository, 'second', signal)
  const ids = [await store(repository, contents[0]!), await store(repository, contents[1]!, '2026-03-02T03:04:05Z')]
  if (kind === 'of its files') {
    await cp(scratch.path('r'), scratch.path('copy'), { recursive: true })
    return { ids, copy: await openRepository(localBackend(scratch.path('copy')), password, options, signal) }
  }
  const copy = await initRepository(localBackend(scratch.path('copy')), 'another', options, signal)
  await copySnapshots(repository, copy, {}, signal)
  return { ids, copy }
}

const healed = (folder: string, copy: Repository, how: HealOptions = {}) =>
  repairFromCopy({ backend: localBackend(folder), password, open: options }, copy, how, signal)

const all = { bringBack: { snapshots: true, keys: true } }

/** Sound, with both snapshots, whatever their ids are now. */
async function assertWhole(folder: string): Promise<void> {
  const repository = await openRepository(localBackend(folder), password, options, signal)
  await assertClean(repository, 5)
  const snapshots = await repository.snapshots(signal)
  assert.equal(snapshots.length, 2)
  for (const [i, { id }] of snapshots.entries()) await assertHolds(repository, id, contents[i]!)
}

function first(below: number): number {
  return below >> 1
}

for (const kind of ['of its files', 'with other keys'] as const) {
  describe(`a copy ${kind}`, () => {
    it('heals each damage to each file', async () => {
      await using scratch = await scratchFolder()
      const { copy } = await prepare(scratch, kind)
      const { length } = await filesOf(scratch.path('r'))
      for (let i = 0; i < length; i += 1) {
        // a key that another password has cannot be had from a repository with other keys
        const files = (await filesOf(scratch.path('r'))).filter(
          file => kind === 'of its files' || !file.startsWith('keys/'),
        )
        const [file = '', other = ''] = [files[i % files.length], files[(i + 1) % files.length]]
        const damage = damages[i % damages.length] as Damage
        await inflict(scratch.path('r'), file, damage, first, other)
        const report = await healed(scratch.path('r'), copy, all)
        assert.deepEqual(report.problems, [], `${file} ${damage}`)
        assert.ok(report.healed.length > 0, `${file} ${damage}`)
        await assertWhole(scratch.path('r'))
      }
    })

    it('heals everything at once, but for what only the repository has', async () => {
      await using scratch = await scratchFolder()
      const { copy } = await prepare(scratch, kind)
      for (const file of await filesOf(scratch.path('r'))) {
        if (kind === 'with other keys' && file.startsWith('keys/')) continue
        await inflict(scratch.path('r'), file, 'bit', first, '')
      }
      const report = await healed(scratch.path('r'), copy, { keepIn: scratch.path('aside') })
      assert.deepEqual([report.problems, report.absent], [[], []])
      await assertWhole(scratch.path('r'))
    })

    it('is not asked where nothing is damaged, and brings nothing back that was removed on purpose', async () => {
      await using scratch = await scratchFolder()
      const { ids, copy } = await prepare(scratch, kind)
      const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
      await repository.backend.remove('snapshot', ids[1]!, signal)
      await prune(repository, { maxUnused: { bytes: 0 } }, signal)
      const before = await names(repository.backend, 'pack')
      const report = await healed(scratch.path('r'), copy)
      assert.deepEqual([report.healed, report.problems], [[], []])
      assert.deepEqual(
        report.absent.map(each => each.kind),
        ['snapshot'],
      )
      assert.deepEqual(await names(repository.backend, 'pack'), before)
      const brought = await healed(scratch.path('r'), copy, all)
      assert.ok(brought.healed.some(each => each.kind === 'snapshot'))
      await assertWhole(scratch.path('r'))
    })
  })
}

for (const harm of ['damaged', 'removed'] as const) {
  it(`brings back, by its name, a snapshot that was ${harm} while another is like it`, async () => {
    await using scratch = await scratchFolder()
    const { repository } = await newRepository(scratch.path('r'), signal)
    await store(repository, contents[0]!)
    const [stored] = await repository.snapshots(signal)
    assert.ok(stored !== undefined)
    const { id, parent: _, ...fields } = stored
    // as two copies of it at the same time leave them
    const alike: string[] = []
    {
      await using lock = await repository.lockWithin('exclusive', { atMost: 1_000 }, signal)
      for (let time = 0; time < 2; time += 1) {
        alike.push(await saveSnapshot(repository, lock, { ...fields, original: id }, signal))
      }
      await repository.backend.remove('snapshot', id, signal)
    }
    await cp(scratch.path('r'), scratch.path('copy'), { recursive: true })
    const copy = await openRepository(localBackend(scratch.path('copy')), password, options, signal)
    const file = scratch.path('r', 'snapshots', alike[0] ?? '')
    if (harm === 'removed') await rm(file)
    else await overwrite(file, Buffer.from('damaged'))
    const { healed: told, problems } = await healed(scratch.path('r'), copy, all)
    assert.deepEqual(problems, [])
    assert.deepEqual(
      told.map(({ file: name }) => name),
      [`snapshots/${alike[0]}`],
    )
    assert.deepEqual(await readFile(file), await readFile(scratch.path('copy', 'snapshots', alike[0] ?? '')))
    const left = await openRepository(localBackend(scratch.path('r')), password, options, signal)
    assert.deepEqual((await left.snapshots(signal)).map(each => each.id).sort(), alike.toSorted())
  })
}

it('takes from two damaged copies what each has intact', async () => {
  await using scratch = await scratchFolder()
  const { copy } = await prepare(scratch, 'of its files')
  const packs = (await filesOf(scratch.path('r'))).filter(file => file.startsWith('data/'))
  for (const pack of packs) {
    for (const [folder, at] of [
      ['r', 0.02],
      ['copy', 0.9],
    ] as const) {
      const bytes = await readFile(scratch.path(folder, pack))
      const place = Math.floor(bytes.length * at)
      bytes[place] = bytes[place]! ^ 1
      await overwrite(scratch.path(folder, pack), bytes)
    }
  }
  const report = await healed(scratch.path('r'), copy)
  const large = report.healed.filter(each => each.how.startsWith('taken apart'))
  assert.ok(large.length >= 2)
  const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
  const { problems } = await check(repository, { readData: true }, signal)
  // packs of a single blob are lost in both
  assert.deepEqual(problems, report.problems)
  assert.ok(problems.length <= 1)
})

it('says what neither has', async () => {
  await using scratch = await scratchFolder()
  const { copy } = await prepare(scratch, 'of its files')
  const files = (await filesOf(scratch.path('r'))).filter(file => file.startsWith('data/'))
  for (const file of files)
    for (const folder of ['r', 'copy']) await inflict(scratch.path(folder), file, 'emptied', first, '')
  const report = await healed(scratch.path('r'), copy)
  assert.ok(report.problems.length > 0)
  assert.deepEqual(report.healed, [])
})
