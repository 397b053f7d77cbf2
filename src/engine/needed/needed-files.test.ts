import assert from 'node:assert/strict'
import { it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { missingFiles, type NeededFiles, neededFiles, neededFilesOfEach } from '../needed-files.ts'
import { assertHolds, type Contents, names, store } from '../prune/test-snapshots.ts'
import { openRepository, type Repository } from '../repository.ts'
import { newRepository, options, password, pseudoRandom, scratchFolder } from '../test-repository.ts'

const signal = AbortSignal.timeout(120_000)

const contents: readonly Contents[] = Array.from({ length: 5 }, (_, i) => ({
  shared: pseudoRandom(0, 50_000),
  [`f${i}`]: pseudoRandom(i, 40_000),
  'plc/same': pseudoRandom(9, 20_000),
  [`hmi/v${i % 2}`]: pseudoRandom(20 + (i % 2), 20_000),
}))

async function storeAll(repository: Repository): Promise<string[]> {
  const ids: string[] = []
  for (const each of contents) ids.push(await store(repository, each))
  return ids
}

/** A repository in which nothing else is. */
async function only(repository: Repository, needed: NeededFiles, folder: string): Promise<Repository> {
  const [from, to] = [repository.backend, localBackend(folder)]
  await to.create(signal)
  const files = [
    ...needed.packs.map(name => ['pack', name] as const),
    ...needed.indexes.map(name => ['index', name] as const),
    ...needed.snapshots.map(name => ['snapshot', name] as const),
    ...(await names(from, 'key')).map(name => ['key', name] as const),
    ['config', 'config'] as const,
  ]
  for (const [kind, name] of files) await to.write(kind, name, [await from.read(kind, name, null, signal)], signal)
  return await openRepository(to, password, options, signal)
}

it('names for each snapshot what restoring it takes, and nothing of others', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const ids = await storeAll(repository)
  const each = await Array.fromAsync(neededFilesOfEach(repository, ids, signal))
  assert.deepEqual(
    each.map(({ snapshots }) => snapshots),
    ids.map(id => [id]),
  )
  for (const [i, needed] of each.entries()) {
    assert.deepEqual(needed, await neededFiles(repository, [ids[i]!], signal))
    const alone = await only(repository, needed, scratch.path(`only-${i}`))
    await assertHolds(alone, ids[i]!, contents[i]!)
  }
  assert.ok(each[0]!.packs.length < each[4]!.packs.length)
  const together = await neededFiles(repository, ids, signal)
  assert.deepEqual(together.packs, [...new Set(each.flatMap(({ packs }) => packs))].sort())
  assert.deepEqual(await names(repository.backend, 'pack'), together.packs)
})

it('says which of the files are not there', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const ids = await storeAll(repository)
  const needed = await neededFiles(repository, ids, signal)
  assert.deepEqual(await missingFiles(repository, needed, signal), [])
  const [pack = '', index = ''] = [needed.packs[1], needed.indexes[2]]
  await backend.remove('pack', pack, signal)
  await backend.remove('index', index, signal)
  await backend.remove('snapshot', ids[0]!, signal)
  assert.deepEqual(
    (await missingFiles(repository, needed, signal)).map(({ file }) => file).sort(),
    [layoutPath('pack', pack), layoutPath('index', index), layoutPath('snapshot', ids[0]!)].sort(),
  )
})

it('refuses where it cannot be told', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const ids = await storeAll(repository)
  for (const name of await names(backend, 'index')) await backend.remove('index', name, signal)
  const fresh = await openRepository(backend, password, options, signal)
  await assert.rejects(neededFiles(fresh, ids, signal), { code: 'integrity', message: /in no index/ })
  await assert.rejects(Array.fromAsync(neededFilesOfEach(fresh, ids, signal)), { code: 'integrity' })
  await assert.rejects(neededFiles(fresh, ['ab'.repeat(32)], signal), { code: 'integrity' })
})
