import assert from 'node:assert/strict'
import { link, mkdir, rm, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import type { RestoreOptions, RestoreProgress } from '../restore.ts'
import { pseudoRandom, type Scratch, scratchFolder } from '../test-repository.ts'
import { prepared } from './test-case.ts'

const small = 37
const total = { files: small + 3, bytes: 30_000_000 + small * 1000 + 2 * 500 }

/** Restores a large file, small ones and one with two names, and gives what was told. */
async function preparedToTell(scratch: Scratch) {
  const { target, restore } = await prepared(scratch, async at => {
    await mkdir(at('folder'))
    await writeFile(at('folder', 'large'), pseudoRandom(1, 30_000_000))
    for (let i = 0; i < small; i += 1) await writeFile(at(`file-${i}`), pseudoRandom(i, 1000))
    await writeFile(at('linked'), 'x'.repeat(500))
    await link(at('linked'), at('linked-too'))
  })
  const run = async (options: Partial<RestoreOptions> = {}): Promise<RestoreProgress[]> => {
    const told: RestoreProgress[] = []
    await restore({ onProgress: ({ files, bytes, total }) => void told.push({ files, bytes, total }), ...options })
    return told
  }
  return { target, run }
}

const done: RestoreProgress = { ...total, total }

it('tells files and bytes as they are written, also of a large file, and what they come to', async () => {
  await using scratch = await scratchFolder()
  const { run } = await preparedToTell(scratch)
  const told = await run()
  assert.deepEqual(told.at(-1), done)
  assert.ok(told.every(each => each.total?.files === total.files && each.total.bytes === total.bytes))
  const steps = new Set(told.map(({ bytes }) => bytes).filter(bytes => bytes > 1_000_000))
  assert.ok(steps.size >= 5, `${steps.size} steps of the large file`)
  for (const [i, { files, bytes }] of told.entries()) {
    assert.ok(files >= (told[i - 1]?.files ?? 0) && bytes >= (told[i - 1]?.bytes ?? 0) && bytes <= total.bytes)
  }
})

it('comes to its total where files are in place, left, failed, or only looked at', async () => {
  await using scratch = await scratchFolder()
  const { target, run } = await preparedToTell(scratch)
  assert.deepEqual((await run({ dryRun: true })).at(-1), done)
  await run()
  for (const overwrite of ['always', 'if-changed', 'never'] as const) {
    assert.deepEqual((await run({ overwrite })).at(-1), done, overwrite)
  }
  for (const name of ['file-3', 'linked', 'linked-too', 'folder/large']) {
    await rm(target(name))
    await mkdir(target(name, 'full'), { recursive: true })
  }
  assert.deepEqual((await run({ onError: () => undefined })).at(-1), done)
})

it('does not know the total of a part before all of it was found', async () => {
  await using scratch = await scratchFolder()
  const { run } = await preparedToTell(scratch)
  const told = await run({ excludes: ['large', 'linked*'] })
  assert.equal(told[0]?.total, null)
  const part = { files: small, bytes: small * 1000 }
  assert.deepEqual(told.at(-1), { ...part, total: part })
})
