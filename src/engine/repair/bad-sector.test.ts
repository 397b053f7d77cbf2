import assert from 'node:assert/strict'
import { cp, readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import type { Backend } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { check } from '../check.ts'
import { copySnapshots } from '../copy/copy-snapshots.ts'
import { assertClean, assertHolds, type Contents, store } from '../prune/test-snapshots.ts'
import { initRepository, openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, pseudoRandom, type Scratch, scratchFolder } from '../test-repository.ts'
import { repairFromCopy } from './repair-from-copy.ts'
import { repairPacks } from './repair-packs.ts'
import { withBadSector } from './test-damage.ts'

const signal = AbortSignal.timeout(280_000)

const contents: readonly Contents[] = [
  { a: pseudoRandom(1, 2_500_000), 'plc/x': pseudoRandom(2, 300_000), 'plc/y': pseudoRandom(3, 1_400_000) },
  { a: pseudoRandom(1, 2_500_000), 'hmi/z': Buffer.from('alarm\n'.repeat(9000)) },
]

async function stored(folder: string): Promise<{ repository: Repository; ids: readonly string[] }> {
  const { repository } = await newRepository(folder, signal)
  return { repository, ids: [await store(repository, contents[0]!), await store(repository, contents[1]!)] }
}

describe('a disk that cannot read a part of one pack', () => {
  interface Scene {
    readonly folder: string
    readonly ids: readonly string[]
    readonly pack: string
    readonly open: () => Promise<Repository>
    readonly failing: Backend
  }

  async function scene(scratch: Scratch): Promise<Scene> {
    const folder = scratch.path('r')
    const { repository, ids } = await stored(folder)
    const index = await repository.refresh(signal)
    const [pack = '', known] = [...index.packs].find(([, { blobs }]) => blobs.length >= 3) ?? []
    const middle = known?.blobs.toSorted((a, b) => a.offset - b.offset)[1]
    assert.ok(middle)
    const from = Math.ceil((middle.offset + 1) / 4096) * 4096
    const failing = withBadSector(localBackend(folder), { kind: 'pack', name: pack, from, to: from + 1 })
    return { folder, ids, pack, failing, open: () => openRepository(failing, password, options, signal) }
  }

  it('stops no check, and no repair: the rest is saved, and the pack stays until it is named', async () => {
    await using scratch = await scratchFolder()
    const { folder, ids, pack, open } = await scene(scratch)
    const { problems } = await check(await open(), { readData: true }, signal)
    assert.deepEqual([...new Set(problems.map(({ file }) => file))], [layoutPath('pack', pack)])

    const report = await repairPacks(await open(), { packs: 'damaged', keepIn: scratch.path('aside') }, signal)
    assert.deepEqual(report.left, [pack])
    assert.deepEqual([report.packs.length, report.packs[0]?.lost.length, report.packs[0]?.isUnreadable], [1, 1, true])
    // the cable is seated again
    const well = await openRepository(localBackend(folder), password, options, signal)
    await assertClean(well, 5)
    for (const [i, id] of ids.entries()) await assertHolds(well, id, contents[i]!)

    const original = await readFile(scratch.path('r', layoutPath('pack', pack)))
    const named = await repairPacks(await open(), { packs: [pack], keepIn: scratch.path('aside') }, signal)
    assert.deepEqual(named.left, [])
    const [file = ''] = await readdir(scratch.path('aside'))
    const kept = await readFile(scratch.path('aside', file))
    assert.equal(kept.length, original.length)
    const different = original.filter((byte, i) => byte !== kept[i]).length
    assert.ok(different > 3000 && different <= 4096, `${different} bytes could not be kept`)
  })

  it('is healed by a copy, with the same keys or with others', async () => {
    for (const kind of ['of its files', 'with other keys'] as const) {
      await using scratch = await scratchFolder()
      const { folder, ids, failing } = await scene(scratch)
      let copy: Repository
      if (kind === 'of its files') {
        await cp(folder, scratch.path('copy'), { recursive: true })
        copy = await openRepository(localBackend(scratch.path('copy')), password, options, signal)
      } else {
        copy = await initRepository(localBackend(scratch.path('copy')), 'another', options, signal)
        const from = await openRepository(localBackend(folder), password, options, signal)
        await copySnapshots(from, copy, {}, signal)
      }
      const report = await repairFromCopy({ backend: replaceable(failing), password, open: options }, copy, {}, signal)
      assert.deepEqual(report.problems, [], kind)
      const healed = await openRepository(localBackend(folder), password, options, signal)
      await assertClean(healed, 5)
      for (const [i, id] of ids.entries()) await assertHolds(healed, id, contents[i]!)
    }
  })

  /** A file that is written anew lies elsewhere on the disk. */
  function replaceable(failing: Backend): Backend {
    const backend = localBackend(failing.location)
    let reading = failing
    return {
      ...failing,
      read: (...asked) => reading.read(...asked),
      stream: (...asked) => reading.stream(...asked),
      async upload(...asked) {
        const upload = await backend.upload(...asked)
        return {
          ...upload,
          async finish(name) {
            reading = backend
            return await upload.finish(name)
          },
        }
      },
    }
  }
})
