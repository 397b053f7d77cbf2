import assert from 'node:assert/strict'
import { chmod, readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { layoutPath } from '../../storage/layout.ts'
import { names, store } from '../prune/test-snapshots.ts'
import { newRepository, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { PackChecks } from './pack-checks.ts'

const signal = AbortSignal.timeout(60_000)

it('says the same in threads as without them', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  for (let i = 0; i < 6; i += 1) await store(repository, { [`f${i}`]: pseudoRandom(i, 300_000) })
  const index = await repository.loadIndex(signal)
  const [flipped = '', cut = '', gone = '', exchanged = '', ...whole] = await names(backend, 'pack')
  const file = (name: string) => scratch.path('r', layoutPath('pack', name))
  for (const name of [flipped, cut, gone, exchanged]) await chmod(file(name), 0o600)
  const bytes = await readFile(file(flipped))
  bytes[40] = bytes[40]! ^ 1
  await writeFile(file(flipped), bytes)
  await truncate(file(cut), 100)
  await unlink(file(gone))
  await writeFile(file(exchanged), await readFile(file(whole[0] ?? '')))
  const told = async (totalBytes: number): Promise<[string, number][]> => {
    const lines: [string, number][] = []
    await using checks = new PackChecks(repository, totalBytes, error => lines.push([(error as Error).message, 0]))
    for (const [name, pack] of [...index.packs].toSorted()) {
      lines.push([name, await checks.check(name, pack, pack.end, signal)])
    }
    return lines
  }
  const [inThreads, alone] = [await told(10 ** 9), await told(0)]
  assert.deepEqual(inThreads, alone)
  for (const name of [flipped, cut, gone, exchanged]) {
    assert.ok(
      alone.some(([message]) => message.includes(layoutPath('pack', name))),
      name,
    )
  }
  assert.ok(!alone.some(([message]) => whole.some(name => message.includes(layoutPath('pack', name)))))
})
