import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Change } from '../../../src/api/schema/version.ts'
import { type DiffRow, differing, diffRows } from './diff-rows.ts'

const change: Change = {
  kind: 'text',
  path: 'MAIN.st',
  what: 'One line changed.',
  hunks: [
    {
      from: 10,
      fromLines: 4,
      to: 12,
      toLines: 3,
      heading: 'PROGRAM MAIN',
      lines: [
        { kind: 'same', text: 'IF a THEN' },
        { kind: 'removed', text: '  x := 1;' },
        { kind: 'removed', text: '  y := 2;' },
        { kind: 'added', text: '  x := 7;' },
        { kind: 'same', text: 'END_IF' },
      ],
    },
  ],
}
const pairs = (rows: readonly DiffRow[]) => rows.filter(row => row.type === 'pair')

test('side by side, what replaces a line stands against it, with the numbers of both sides', () => {
  const found = pairs(diffRows([change], 'split', new Set())).map(({ before, after }) => [
    before?.number,
    after?.number,
  ])
  assert.deepEqual(found, [
    [10, 12],
    [11, 13],
    [12, undefined],
    [13, 14],
  ])
})

test('one below the other, removed lines come before those that replace them', () => {
  const found = pairs(diffRows([change], 'unified', new Set())).map(({ before, after }) => [
    before?.number,
    after?.number,
  ])
  assert.deepEqual(found, [
    [10, 12],
    [11, undefined],
    [12, undefined],
    [undefined, 13],
    [13, 14],
  ])
})

test('a folded file keeps its heading and nothing else', () => {
  const rows = diffRows([change], 'split', new Set(['MAIN.st']))
  assert.deepEqual(
    rows.map(({ type }) => type),
    ['file'],
  )
})

test('two lines show the part in which they differ', () => {
  assert.deepEqual(differing('  x := 1;', '  x := 7;'), [
    [7, 8],
    [7, 8],
  ])
  assert.deepEqual(differing('completely', 'other words'), [null, null])
})

test('what differs, put between what is common, makes each line again', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (head, a, b, tail) => {
      const [before, after] = [head + a + tail, head + b + tail]
      const [left, right] = differing(before, after)
      if (left === null || right === null) return
      assert.equal(before.slice(0, left[0]), after.slice(0, right[0]))
      assert.equal(before.slice(left[1]), after.slice(right[1]))
    }),
  )
})
