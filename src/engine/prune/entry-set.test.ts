import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { EntrySet } from './entry-set.ts'

it('holds the numbers that were added, however large they get', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000)), fc.nat(100), (numbers, expected) => {
      const [set, plain] = [new EntrySet(expected), new Set<number>()]
      for (const number of numbers) {
        assert.equal(set.add(number), !plain.has(number))
        plain.add(number)
      }
      assert.equal(set.size, plain.size)
      for (let number = 0; number <= 5001; number += 1) assert.equal(set.has(number), plain.has(number))
    }),
  )
})
