import assert from 'node:assert/strict'
import { mkdir, open, stat } from 'node:fs/promises'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { restore } from '../restore.ts'
import { newRepository, pseudoRandom, scratchFolder } from '../test-repository.ts'

const signal = AbortSignal.timeout(600_000)
/** Bytes: more than a TiB, and no multiple of a block. */
const size = 1.1 * 2 ** 40 - 7
/** Places beyond what 32 and 40 bits count, and the file's end. */
const places = [0, 2 ** 32 - 5_000, 2 ** 40 - 5_000, 2 ** 40 + 2 ** 33, Math.floor(size) - 10_000]

it('backs up and restores a file of more than a TiB, of which almost all is a hole', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source'))
  await using file = await open(scratch.path('source', 'disk'), 'w')
  await file.truncate(Math.floor(size))
  for (const [i, place] of places.entries()) await file.write(pseudoRandom(i, 10_000), 0, 10_000, place)
  const { snapshot, bytes } = await backup(repository, [scratch.path('source')], {}, signal)
  assert.equal(bytes, Math.floor(size))
  const target = scratch.path('target')
  const options = { target, path: scratch.path('source'), verify: true }
  assert.equal((await restore(repository, await repository.snapshot(snapshot, signal), options, signal)).failed, 0)
  const restored = await stat(`${target}/disk`)
  assert.equal(restored.size, Math.floor(size))
  assert.ok(restored.blocks * 512 < 2_000_000, `${restored.blocks} blocks`)
  await using read = await open(`${target}/disk`)
  for (const [i, place] of places.entries()) {
    const { buffer } = await read.read(Buffer.alloc(10_000), 0, 10_000, place)
    assert.ok(buffer.equals(pseudoRandom(i, 10_000)), `at ${place}`)
  }
  assert.equal((await backup(repository, [scratch.path('source')], {}, signal)).unchanged, 1)
})
