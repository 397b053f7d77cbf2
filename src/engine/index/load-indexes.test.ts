import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Backend } from '../../storage/backend.ts'
import { openRepository } from '../repository.ts'
import { newRepository, options, password, pieces, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { openWriter } from '../writer.ts'

const signal = AbortSignal.timeout(60_000)

/** A storage whose listings still have files that are gone. */
function lagging(backend: Backend, gone: ReadonlySet<string>): Backend {
  return {
    ...backend,
    async *list(kind, signal) {
      yield* backend.list(kind, signal)
      if (kind === 'index' || kind === 'snapshot') for (const name of gone) yield { name, bytes: 100 }
    },
  }
}

it('takes index files and snapshots that are listed and not there for removed', async () => {
  await using scratch = await scratchFolder()
  const { backend, repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const { content } = await writer.addFile(pieces(pseudoRandom(1, 1000)), signal)
  await writer.commit(signal)
  const late = await openRepository(lagging(backend, new Set(['ab'.repeat(32)])), password, options, signal)
  assert.ok((await late.loadIndex(signal)).has('data', content[0]!))
  assert.deepEqual(await late.snapshots(signal), [])
})
