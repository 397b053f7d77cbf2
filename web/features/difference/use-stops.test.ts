import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stopAt } from './use-stops.ts'

test('the current change is the last one that begins above; before all of them, the first', () => {
  const tops = [200, 500, 900]
  const at = (height: number) => stopAt(tops, height)
  assert.deepEqual([0, 200, 499, 500, 899, 5_000].map(at), [0, 0, 1, 1, 2, 2])
  assert.equal(stopAt([], 100), 0)
})
