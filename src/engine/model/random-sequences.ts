import type { TestContext } from 'node:test'
import fc from 'fast-check'
import { scratchFolder } from '../test-repository.ts'
import { memoryBackend } from './memory-backend.ts'
import { sequences } from './operation.ts'
import { runSequence, type Tally } from './repository-model.ts'
import { virtualTime } from './virtual-time.ts'

/** Runs so many sequences. A failure shows the shortest that fails, and the seed that leads to it. */
export async function runRandomSequences(runs: number, t: TestContext, signal: AbortSignal): Promise<void> {
  using _time = virtualTime()
  const tally: Tally = { done: 0, died: 0, stopped: 0, locked: 0, copies: 0, repairs: 0, lessened: 0 }
  let n = 0
  const start = performance.now()
  const property = fc.asyncProperty(sequences(20), async sequence => {
    await using scratch = await scratchFolder()
    const storages = [memoryBackend(new Map(), 'memory:first'), memoryBackend(new Map(), 'memory:second')] as const
    await runSequence(sequence, { storages, folder: scratch.path('source'), tally }, signal)
    n += 1
  })
  try {
    await fc.assert(property, { numRuns: runs })
  } finally {
    t.diagnostic(`${n} sequences in ${Math.round(performance.now() - start)} ms: ${JSON.stringify(tally)}`)
  }
}
