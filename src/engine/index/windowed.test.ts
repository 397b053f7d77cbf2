import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend } from '../../storage/backend.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { windowed } from './windowed.ts'

const pack = 'ab'.repeat(32)
const signal = AbortSignal.timeout(10_000)

/** Every byte is the lowest of its offset. */
function slow(reads: number[]): Backend {
  return {
    ...localBackend('nowhere'),
    async read(_kind, _name, range, given) {
      reads.push(range?.offset ?? -1)
      await sleep(20, undefined, { signal: given })
      return Uint8Array.from({ length: range?.length ?? 0 }, (_, i) => ((range?.offset ?? 0) + i) & 255)
    },
  }
}

it('reads a window once for all that lies in it', async () => {
  const reads: number[] = []
  const backend = windowed(slow(reads), () => 600_000)
  const [a, b] = await Promise.all([
    backend.read('pack', pack, { offset: 300, length: 3 }, signal),
    backend.read('pack', pack, { offset: 5, length: 2 }, signal),
  ])
  assert.deepEqual(
    [[...a], [...b]],
    [
      [44, 45, 46],
      [5, 6],
    ],
  )
  assert.deepEqual(reads, [0])
})

it('goes on where the one who began to read a window was stopped', async () => {
  const reads: number[] = []
  const backend = windowed(slow(reads), () => 600_000)
  const stop = new AbortController()
  const first = backend.read('pack', pack, { offset: 300, length: 3 }, stop.signal)
  const second = backend.read('pack', pack, { offset: 5, length: 2 }, signal)
  stop.abort(new Error('stopped'))
  await assert.rejects(first)
  assert.deepEqual([...(await second)], [5, 6])
  assert.deepEqual(reads, [0, 0])
})
