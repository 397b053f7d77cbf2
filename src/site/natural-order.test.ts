import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareNatural } from './natural-order.ts'

test('numbers in names count as numbers, whatever stands around them', () => {
  const counted = [
    ...['a', 'a/x', 'a-b/x', 'a1', 'a2', 'a2/item-1', 'a2/item-9', 'a2/item-10', 'a2b', 'a10', 'a10/item-2'],
    ...['a99999999999999999998', 'a99999999999999999999', 'b', 'B1', 'b2', 'plc', 'plc/p', 'plc-2/p'],
  ]
  assert.deepEqual(counted.toSorted().sort(compareNatural), counted)
  assert.ok(compareNatural('a01', 'a1') !== 0, 'two names are never the same place')
  assert.ok(compareNatural('a01', 'a2') < 0)
})

test('it is an order: any list sorts the same, however it was shuffled, and only a text itself is its equal', () => {
  const name = fc.stringMatching(/^[aB/0-9-]{0,6}$/)
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.equal(Math.sign(compareNatural(a, b)), -Math.sign(compareNatural(b, a)) || 0)
      assert.equal(compareNatural(a, b) === 0, a === b)
      const sorted = [a, b, c].sort(compareNatural)
      assert.deepEqual([c, a, b].sort(compareNatural), sorted)
      assert.deepEqual([b, c, a].sort(compareNatural), sorted)
    }),
    { numRuns: 5_000 },
  )
})
