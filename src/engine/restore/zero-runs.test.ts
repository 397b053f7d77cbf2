import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { pseudoRandom } from '../test-repository.ts'
import { zeroRuns } from './zero-runs.ts'

const block = 4096

it('leaves nothing out, and takes for zeros only what is zeros', () => {
  const part = fc.record({ zeros: fc.boolean(), length: fc.integer({ min: 1, max: 60_000 }) })
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.integer({ min: 0, max: 100_000 }), (parts, position) => {
      const bytes = Buffer.concat(
        parts.map(({ zeros, length }, i) =>
          zeros ? Buffer.alloc(length) : pseudoRandom(i, length).map(each => each | 1),
        ),
      )
      let end = 0
      for (const { offset, length, zeros } of zeroRuns(bytes, position)) {
        assert.equal(offset, end)
        assert.ok(length > 0)
        const isZeros = bytes.subarray(offset, offset + length).every(each => each === 0)
        assert.ok(zeros ? isZeros && length >= 16_384 - block : true)
        end += length
      }
      assert.equal(end, bytes.byteLength)
    }),
  )
})

it('makes a hole of every block that a long run of zeros covers', () => {
  const bytes = Buffer.concat([Buffer.alloc(5000, 1), Buffer.alloc(50_000), Buffer.alloc(5000, 1)])
  assert.deepEqual(zeroRuns(bytes, block - 100), [
    { offset: 0, length: 8292, zeros: false },
    { offset: 8292, length: 45_056, zeros: true },
    { offset: 53_348, length: 6652, zeros: false },
  ])
  assert.deepEqual(zeroRuns(Buffer.alloc(20_000), 77), [{ offset: 0, length: 20_000, zeros: true }])
  assert.deepEqual(zeroRuns(Buffer.alloc(0), 0), [])
})
