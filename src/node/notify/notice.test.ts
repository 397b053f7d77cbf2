import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { capLines, tidyNotice } from './notice.ts'
import { plainLine } from './plain-text.ts'
import { notice } from './test-rig.ts'

test('a body is cut at a line, says so, and is never larger than it may be', () => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
  const cut = capLines(text, 300)
  assert.match(cut, /^line 0\n[\s\S]*\nline \d+\n\[cut here: \d+ of 100 lines are not shown\]$/)
  const shown = cut.split('\n').length - 1
  assert.match(cut, new RegExp(`cut here: ${100 - shown} of 100`))
  assert.equal(capLines(text, 5_000), text)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), body => {
      const kept = capLines(body, 400)
      assert.ok(Buffer.byteLength(kept) <= 400)
      assert.ok(kept.isWellFormed() || !body.isWellFormed())
    }),
  )
})

test('names lose what moves, hides or turns round the text beside them', () => {
  assert.equal(plainLine('a\u202egpj.exe\r\nBcc: x\0', 50), 'a\uFFFDgpj.exe Bcc: x\uFFFD')
  assert.equal(plainLine('üüüüü', 3), 'üü…')
  const tidy = tidyNotice(
    notice({ title: 'x\ny'.repeat(500), body: 'a\r\nb\u001b[31m\tc', facts: { 'a\nb': '\u2066x' } }),
  )
  assert.equal(Array.from(tidy.title).length, 300)
  assert.deepEqual([tidy.body, tidy.facts], ['a\nb\uFFFD[31m\tc', { 'a b': '\uFFFDx' }])
})
