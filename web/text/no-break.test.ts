import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unbroken } from './no-break.ts'

test('no French line begins with a sign that belongs to the word before it', () => {
  assert.equal(unbroken('Raccourcis : « Oui » ; non ?'), 'Raccourcis\u00a0: «\u00a0Oui\u00a0»\u00a0; non\u00a0?')
  assert.equal(unbroken('x := 1'), 'x := 1')
})

test('in a catalog, names of what stands in a sentence stay as they are', () => {
  const message = ['Perdu : ', ['count', 'plural', { one: ['une ! ', '#'], other: ['#', ' de plus'] }]]
  assert.deepEqual(unbroken({ Lost: message }), {
    Lost: ['Perdu\u00a0: ', ['count', 'plural', { one: ['une\u00a0! ', '#'], other: ['#', ' de plus'] }]],
  })
})
