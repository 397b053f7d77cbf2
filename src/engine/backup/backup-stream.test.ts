import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newRepository, pieces, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { backupStream } from './backup-stream.ts'

const signal = AbortSignal.timeout(60_000)

it('writes no snapshot where the stream breaks', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* pieces(pseudoRandom(1, 20_000_000))
    throw new Error('the line is dead')
  }
  await assert.rejects(backupStream(repository, { name: 'stdin', content: broken() }, {}, signal), /the line is dead/)
  assert.deepEqual(await repository.snapshots(signal), [])
  const told: number[] = []
  const onProgress = ({ bytes }: { bytes: number }): number => told.push(bytes)
  const content = pieces(pseudoRandom(1, 200_000))
  const { files, bytes } = await backupStream(repository, { name: 'stdin', content }, { onProgress }, signal)
  assert.deepEqual([files, bytes, told.at(-1)], [1, 200_000, 200_000])
})
