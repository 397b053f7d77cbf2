import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visibleText } from './visible-text.ts'

test('what is readable stays as it is', () => {
  for (const text of ['Remplisseuse nº 2', 'מסוע', '充填機', 'a\tb', '<b>&amp;']) assert.equal(visibleText(text), text)
})

test('what would hide or turn a name is shown as what it is', () => {
  assert.equal(visibleText('a\u0000b'), 'a\u2400b')
  assert.equal(visibleText('\u001b[31m'), '\u241b[31m')
  assert.equal(visibleText('exe.\u202Efdp'), 'exe.⟨U+202E⟩fdp')
  assert.equal(visibleText('zero\u200Bwidth'), 'zero⟨U+200B⟩width')
  assert.equal(visibleText('half \uD800'), 'half \uFFFD')
})

test('nothing invisible is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      assert.doesNotMatch(visibleText(text), /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\n]]/v)
    }),
  )
})
