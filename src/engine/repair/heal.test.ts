import assert from 'node:assert/strict'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { check } from '../check.ts'
import { copySnapshots } from '../copy/copy-snapshots.ts'
import { rewriteSnapshots } from '../edit/rewrite-snapshots.ts'
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
import { isIntact } from './intact-file.ts'
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
      const { ids, copy } = await prepare(scratch, kind)
      const { length } = await filesOf(scratch.path('r'))
      // a repository with other keys has no key of another password, and knows a snapshot by the name that it was copied from
      const isThere = (file: string) =>
        !file.startsWith('keys/') && (!file.startsWith('snapshots/') || ids.includes(path.basename(file)))
      for (let i = 0; i < length; i += 1) {
        const files = (await filesOf(scratch.path('r'))).filter(file => kind === 'of its files' || isThere(file))
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

describe('of a snapshot in a copy with other keys, nothing is taken for a damaged one that is not proven to be it', () => {
  interface Scene extends Pair {
    readonly repository: Repository
    readonly ids: readonly [string, string]
    readonly damage: (id: string) => Promise<void>
    readonly heal: (how?: HealOptions) => ReturnType<typeof repairFromCopy>
    /** Ids of what is sound here. */
    readonly left: () => Promise<readonly string[]>
  }

  async function scene(scratch: Scratch): Promise<Scene> {
    const { ids, copy } = await prepare(scratch, 'with other keys')
    const open = () => openRepository(localBackend(scratch.path('r')), password, options, signal)
    return {
      ...{ ids: ids as unknown as [string, string], copy, repository: await open() },
      damage: id => overwrite(scratch.path('r', 'snapshots', id), Buffer.from('damaged')),
      heal: how => healed(scratch.path('r'), copy, how),
      left: async () => {
        const { backend } = await open()
        const found: string[] = []
        for (const name of await names(backend, 'snapshot')) {
          if (await isIntact(backend, 'snapshot', name, signal)) found.push(name)
        }
        return found
      },
    }
  }

  const rewritten = async (repository: Repository, forget: boolean, only?: string): Promise<string> => {
    await using lock = await repository.lockWithin('exclusive', { atMost: 1_000 }, signal)
    const all = await repository.snapshots(signal)
    const change = { isExcluded: (file: string) => file === '/plc/x', forget }
    const asked = all.filter(({ id }) => only === undefined || id === only)
    const done = await Array.fromAsync(rewriteSnapshots(repository, lock, asked, change, signal))
    return done[0]?.after ?? ''
  }

  const kindsOfAbsent = ({ absent }: { absent: readonly { kind: string }[] }) => absent.map(({ kind }) => kind)

  it('one that was forgotten here does not take the place of one that was never copied', async () => {
    await using scratch = await scratchFolder()
    const { repository, ids, damage, heal, left } = await scene(scratch)
    const newest = await store(repository, { a: pseudoRandom(9, 100_000) }, '2026-04-02T03:04:05Z')
    await repository.backend.remove('snapshot', ids[1], signal)
    await damage(newest)
    const report = await heal()
    assert.deepEqual([report.healed, kindsOfAbsent(report)], [[], ['snapshot']])
    assert.match(report.problems[0]?.file ?? '', new RegExp(newest))
    assert.deepEqual(await left(), [ids[0]])
    const brought = await heal(all)
    assert.equal(brought.problems.length, 1, 'it comes back beside the damaged one')
    assert.equal((await left()).length, 2)
  })

  it('nor does one of another repository', async () => {
    await using scratch = await scratchFolder()
    const { repository, ids, copy, damage, heal, left } = await scene(scratch)
    const { repository: other } = await newRepository(scratch.path('other'), signal)
    await store(other, { b: pseudoRandom(8, 100_000) })
    await copySnapshots(other, copy, {}, signal)
    const newest = await store(repository, { a: pseudoRandom(9, 100_000) }, '2026-04-02T03:04:05Z')
    await damage(newest)
    const report = await heal()
    assert.deepEqual([report.healed, kindsOfAbsent(report), report.problems.length], [[], ['snapshot'], 1])
    assert.deepEqual(await left(), ids.toSorted())
  })

  it('nor what was left of it by a rewriting, here or there', async () => {
    await using scratch = await scratchFolder()
    const { repository, ids, copy, damage, heal, left } = await scene(scratch)
    await damage(ids[0])
    // the whole one is in the copy: it comes back
    assert.deepEqual((await heal()).problems, [])
    const [whole = ''] = (await left()).filter(id => id !== ids[1])
    const reduced = await rewritten(repository, false, whole)
    for (const name of await names(copy.backend, 'snapshot')) await copy.backend.remove('snapshot', name, signal)
    await copySnapshots(repository, copy, { snapshots: [reduced, ids[1]] }, signal)
    await damage(whole)
    const beside = await heal(all)
    assert.deepEqual([beside.healed, beside.problems.length], [[], 1], 'the reduced one is known here')
    await damage(reduced)
    const both = await heal()
    assert.deepEqual([both.healed, kindsOfAbsent(both), both.problems.length], [[], ['snapshot'], 2])
    assert.deepEqual(await left(), [ids[1]])
  })

  it('what is left over of one that was written anew before a kill is removed', async () => {
    await using scratch = await scratchFolder()
    const { ids, damage, heal, left } = await scene(scratch)
    const file = scratch.path('r', 'snapshots', ids[0])
    await damage(ids[0])
    const bytes = await readFile(file)
    assert.deepEqual((await heal()).problems, [])
    await writeFile(file, bytes)
    const again = await heal()
    assert.deepEqual([again.problems, again.healed.length], [[], 1])
    assert.equal((await left()).length, 2)
  })

  it('and what is whole there is told, and comes back when asked for, where something of it was lost here', async () => {
    await using scratch = await scratchFolder()
    const { repository, ids, heal } = await scene(scratch)
    const less = await rewritten(repository, true, ids[0])
    assert.deepEqual(kindsOfAbsent(await heal()), ['snapshot'])
    assert.deepEqual((await heal(all)).problems, [])
    const left = await openRepository(localBackend(scratch.path('r')), password, options, signal)
    const snapshots = await left.snapshots(signal)
    const back = snapshots.find(({ id }) => id !== less && id !== ids[1])
    await assertHolds(left, back?.id ?? '', contents[0]!)
    assert.deepEqual([(await heal()).healed, kindsOfAbsent(await heal())], [[], []])
  })
})

it('brings everything back out of a copy of its files where nothing but packs is left', async () => {
  await using scratch = await scratchFolder()
  const { copy } = await prepare(scratch, 'of its files')
  for (const file of await filesOf(scratch.path('r'))) {
    if (!file.startsWith('data/')) await rm(scratch.path('r', file))
  }
  const report = await healed(scratch.path('r'), copy, all)
  assert.deepEqual([report.problems, report.absent], [[], []])
  await assertWhole(scratch.path('r'))
})

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

it('changes nothing while others hold the repository', async () => {
  for (const kind of ['of its files', 'with other keys'] as const) {
    await using scratch = await scratchFolder()
    const { copy } = await prepare(scratch, kind)
    const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
    await using lock = await repository.lockWithin('shared', { atMost: 1_000 }, signal)
    await overwrite(scratch.path('r', 'config'), Buffer.from('damaged'))
    const repair = healed(scratch.path('r'), copy, { lockWait: { atMost: 0 } })
    await assert.rejects(repair, { code: 'locked' })
    assert.equal(String(await readFile(scratch.path('r', 'config'))), 'damaged')
    await lock[Symbol.asyncDispose]()
    assert.deepEqual((await healed(scratch.path('r'), copy)).problems, [])
  }
})
