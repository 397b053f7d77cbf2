import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextVersionId, versionTime } from './version-id.ts'

const random = new Uint8Array([1, 2, 3, 250])

test('a version id tells its time', () => {
  const id: string = nextVersionId(new Date('2026-11-23T04:34:18.123Z'), null, random)
  assert.equal(id, '20261123T043418.123Z-345c')
  assert.equal(versionTime(id)?.toISOString(), '2026-11-23T04:34:18.123Z')
  assert.equal(versionTime('latest'), null)
  assert.equal(versionTime('20261323T043418.123Z-345c'), null)
})

test('the ids of an item sort in the order in which they were made, whatever the clock does', () => {
  const clock = fc.array(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }))
  fc.assert(
    fc.property(clock, times => {
      let last = null as string | null
      for (const now of times) {
        const id: string = nextVersionId(now, last, random)
        assert.ok(last === null || id > last)
        last = id
      }
    }),
  )
})
