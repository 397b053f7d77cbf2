import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mappingsOf, newRow, rowsOf } from './group-rows.ts'

const plain = { noNullPrototype: true }
const grant = fc.record(
  {
    role: fc.constantFrom('viewer' as const, 'engineer' as const),
    zones: fc.oneof(fc.constant('all' as const), fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 })),
  },
  plain,
)
const group = fc.string({ minLength: 1 }).map(text => `g${text.trim()}`)

test('what a directory says of groups is typed as rows, and comes out of them as it was', () => {
  const mappings = fc.uniqueArray(
    fc.record({ group, grants: fc.array(grant, { minLength: 1, maxLength: 4 }) }, plain),
    {
      selector: one => one.group,
    },
  )
  fc.assert(fc.property(mappings, given => assert.deepEqual(mappingsOf(rowsOf(given)), given)))
})

test('a row without a group is none, and rows of one group are one', () => {
  const engineer = { role: 'engineer' as const, zones: ['cell'] }
  const rows = [newRow, { group: ' staff ', grant: newRow.grant }, { group: 'staff', grant: engineer }]
  assert.deepEqual(mappingsOf(rows), [
    { group: 'staff', grants: [newRow.grant, { role: 'engineer', zones: ['cell'] }] },
  ])
})
