import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pairLines } from './pair-lines.ts'

test('an edited line stands beside its former self, and what was inserted beside a gap', () => {
  const before = ['  tFillTime : TIME := T#4s200ms;']
  const after = ['  nDebug : UDINT;', '  tFillTime : TIME := T#4s900ms;']
  assert.deepEqual(pairLines(before, after), [
    [null, 0],
    [0, 1],
  ])
  assert.deepEqual(pairLines(after, before), [
    [0, null],
    [1, 0],
  ])
})

test('lines that have nothing in common stand against one another in their order', () => {
  assert.deepEqual(pairLines(['alpha', 'beta'], ['1', '2', '3']), [
    [0, 0],
    [1, 1],
    [null, 2],
  ])
})

test('every line stands once, in its order', () => {
  const lines = fc.array(fc.constantFrom('x := 1;', 'x := 2;', 'END_IF', '', 'y := x + 1;', 'call(a, b)'))
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const pairs = pairLines(before, after)
      assert.deepEqual(
        pairs.flatMap(([at]) => at ?? []),
        before.map((_, at) => at),
      )
      assert.deepEqual(
        pairs.flatMap(([, at]) => at ?? []),
        after.map((_, at) => at),
      )
    }),
  )
})

test('thousands of lines take no longer than a moment', () => {
  const lines = Array.from({ length: 5_000 }, (_, at) => `  value[${at}] := ${at * 7};`)
  const start = performance.now()
  assert.equal(pairLines(lines, lines.toReversed()).length, 5_000)
  assert.ok(performance.now() - start < 1_000)
})
