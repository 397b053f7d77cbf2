import assert from 'node:assert/strict'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { backup } from '../backup.ts'
import { check } from '../check.ts'
import { assertClean, names } from '../prune/test-snapshots.ts'
import { openRepository, type Repository } from '../repository.ts'
import {
  newRepository,
  options,
  password,
  pseudoRandom,
  type Restic,
  type Scratch,
  scratchFolder,
  stockRestic,
} from '../test-repository.ts'
import { repairIndex } from './repair-index.ts'
import { repairPacks } from './repair-packs.ts'
import { repairSnapshots } from './repair-snapshots.ts'
import { overwrite } from './test-damage.ts'

const signal = AbortSignal.timeout(280_000)

async function opened(folder: string): Promise<Repository> {
  return await openRepository(localBackend(folder), password, options, signal)
}

/** Two snapshots of a folder in `r`, by `by`. */
async function history(scratch: Scratch, restic: Restic, by: 'restic' | 'ours'): Promise<void> {
  const { repository } = await newRepository(scratch.path('r'), signal)
  const source = scratch.path('source')
  await mkdir(scratch.path('source', 'sub'), { recursive: true })
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < 5; i += 1) await writeFile(`${source}/sub/f${i}`, pseudoRandom(i + round * 3, 600_000))
    await writeFile(`${source}/text`, `round ${round}\n`.repeat(9000))
    if (by === 'restic') await restic(scratch.path('r'), 'backup', source)
    else await backup(repository, [source], {}, signal)
  }
}

async function removeIndexes(folder: string): Promise<void> {
  const backend = localBackend(folder)
  for (const name of await names(backend, 'index')) await backend.remove('index', name, signal)
}

/** Turns a bit in the second data blob of the largest pack; returns the pack's name. */
async function damageBlob(folder: string): Promise<string> {
  const { packs } = await (await opened(folder)).refresh(signal)
  const [name, { blobs }] = [...packs]
    .sort(([, a], [, b]) => b.blobs.length - a.blobs.length)
    .find(([, pack]) => pack.blobs[0]?.type === 'data' && pack.blobs.length > 1) ?? ['', { blobs: [] }]
  const file = `${folder}/${layoutPath('pack', name)}`
  const bytes = await readFile(file)
  const at = (blobs[1]?.offset ?? 0) + 25
  bytes[at] = (bytes[at] ?? 0) ^ 16
  await overwrite(file, bytes)
  return name
}

for (const version of ['0.18', '0.14'] as const) {
  const found = await stockRestic(version)
  const restic = found as Restic
  const repairIndexWords = version === '0.14' ? ['rebuild-index'] : ['repair', 'index']

  describe(`with a stock restic ${version}`, { skip: typeof found === 'string' ? found : false }, () => {
    it('we make the index of its repository anew, and it that of ours', async () => {
      for (const [by, mender] of [
        ['restic', 'ours'],
        ['ours', 'restic'],
      ] as const) {
        await using scratch = await scratchFolder()
        await history(scratch, restic, by)
        const folder = scratch.path('r')
        await removeIndexes(folder)
        if (mender === 'ours') await repairIndex(await opened(folder), {}, signal)
        else await restic(folder, ...repairIndexWords)
        await assertClean(await opened(folder))
        assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
        const none = await repairIndex(await opened(folder), {}, signal)
        assert.deepEqual([none.added, none.dropped, none.indexes.written], [[], [], 0])
      }
    })
  })
}

describe('with a stock restic 0.18', async () => {
  const found = await stockRestic()
  const restic = found as Restic
  const skip = typeof found === 'string' ? found : false

  it('we repair packs and snapshots to the same trees as it does', { skip }, async () => {
    for (const by of ['restic', 'ours'] as const) {
      await using scratch = await scratchFolder()
      await history(scratch, restic, by)
      const pack = await damageBlob(scratch.path('r'))
      await cp(scratch.path('r'), scratch.path('theirs'), { recursive: true })
      const ours = await opened(scratch.path('r'))
      const { packs } = await repairPacks(ours, { packs: [pack] }, signal)
      assert.equal(packs[0]?.lost.length, 1)
      await repairSnapshots(ours, { forget: true }, signal)
      await withinFolder(scratch.path(), () => restic(scratch.path('theirs'), 'repair', 'packs', pack))
      await restic(scratch.path('theirs'), 'repair', 'snapshots', '--forget')
      const theirs = await opened(scratch.path('theirs'))
      const [a, b] = await Promise.all(
        [ours, theirs].map(async each =>
          (await each.snapshots(signal)).map(({ tree, original, tags }) => ({ tree, original, tags })),
        ),
      )
      assert.deepEqual(a, b)
      for (const each of [ours, theirs]) {
        assert.match(await restic(each.backend.location, 'check', '--read-data'), /no errors were found/)
        assert.deepEqual((await check(await opened(each.backend.location), { readData: true }, signal)).problems, [])
      }
    }
  })
})

/** restic keeps what it repairs in the folder that it runs in. */
async function withinFolder(folder: string, action: () => Promise<unknown>): Promise<void> {
  const before = process.cwd()
  process.chdir(folder)
  try {
    await action()
  } finally {
    process.chdir(before)
  }
}
