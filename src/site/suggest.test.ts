import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSuggest, editDistance } from './suggest.ts'

test('inserting, removing, replacing and swapping neighbours are one edit each', () => {
  for (const word of ['plc-1', 'pl-c1x', 'xlc1', 'lpc1', 'plcc1']) assert.ok(editDistance('plc1', word, 3) >= 1, word)
  assert.equal(editDistance('plc1', 'lpc1', 3), 1)
  assert.equal(editDistance('filler', 'filer', 3), 1)
  assert.equal(editDistance('abc', 'xyz', 2), 3, 'beyond the limit')
})

test('the nearest word is suggested, none when nothing is near', () => {
  const suggest = createSuggest()
  assert.equal(suggest('ziles', ['items', 'files', 'ftp']), 'files')
  assert.equal(suggest('PLC', ['hmi', 'plc']), 'plc')
  assert.equal(suggest('b', ['a', 'c']), null)
  assert.equal(suggest('colour', ['path', 'exclude']), null)
})

test('after its budget it suggests nothing more', () => {
  const suggest = createSuggest(2)
  assert.equal(suggest('files', ['x', 'y', 'files']), null)
  assert.equal(suggest('files', ['files']), null)
})
