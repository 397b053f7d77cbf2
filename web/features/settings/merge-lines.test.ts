import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hunksOf, mergeLines } from './merge-lines.ts'

const base = ['zones:', '  - id: a', 'assets:', '  - id: plc', '    kind: plc', 'places: []', ''].join('\n')

test('changes of different lines stand together', () => {
  const mine = base.replace('kind: plc', 'kind: robot')
  const theirs = base.replace('  - id: a', '  - id: a\n  - id: b')
  assert.equal(mergeLines(base, mine, theirs), theirs.replace('kind: plc', 'kind: robot'))
  assert.equal(mergeLines(base, base.replace('zones:', 'zones: # all'), mine), mine.replace('zones:', 'zones: # all'))
})

test('what both changed, or what touches it, is left to a person', () => {
  const mine = base.replace('kind: plc', 'kind: robot')
  assert.equal(mergeLines(base, mine, base.replace('kind: plc', 'kind: hmi')), null)
  assert.equal(mergeLines(base, mine, base.replace('  - id: plc', '  - id: plc-1')), null)
  assert.equal(mergeLines(base, `${base}x: 1\n`, `${base}y: 1\n`), null)
})

test('the same change of both is made once', () => {
  const both = base.replace('places: []', 'places: [x]')
  assert.equal(mergeLines(base, both, both), both)
})

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map(lines => lines.join('\n'))

test('who changed nothing takes over what the other made, and neither side is preferred', () => {
  // one leaves an empty line, the other none
  assert.equal(mergeLines('a\na', 'a\n', 'a'), mergeLines('a\na', 'a', 'a\n'))
  fc.assert(
    fc.property(text, text, text, (before, mine, theirs) => {
      assert.equal(mergeLines(before, mine, before), mine)
      assert.equal(mergeLines(before, before, theirs), theirs)
      const merged = mergeLines(before, mine, theirs)
      assert.equal(merged, mergeLines(before, theirs, mine))
    }),
  )
})

test('a difference holds every line that differs, under its own number', () => {
  const [hunk] = hunksOf(base, base.replace('  - id: a', '  - id: b'))
  assert.deepEqual([hunk?.from, hunk?.to], [1, 1])
  assert.deepEqual(
    hunk?.lines.filter(({ kind }) => kind !== 'same').map(({ kind, text: line }) => `${kind} ${line}`),
    ['removed   - id: a', 'added   - id: b'],
  )
})
