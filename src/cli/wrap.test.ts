import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrap } from './wrap.ts'

test('a long text is broken at spaces, its further lines indented, nothing of it lost', () => {
  assert.equal(wrap('  capture it, and see why', 14, '    '), '  capture it,\n    and see\n    why')
  assert.equal(wrap('  short', 80, '    '), '  short')
  assert.equal(wrap('  a-word-longer-than-the-width b', 10, '    '), '  a-word-longer-than-the-width\n    b')
  assert.equal(
    wrap('  never cut where nothing is narrow', Number.POSITIVE_INFINITY, ''),
    '  never cut where nothing is narrow',
  )
})
