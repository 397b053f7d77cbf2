import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { errorWords } from './error-words.ts'

i18n.loadAndActivate({ locale: 'en', messages: {} })

/** The literals of a union of strings in a source file of the node. */
function codesIn(file: string, type: string): readonly string[] {
  const source = readFileSync(path.resolve(import.meta.dirname, '..', '..', 'src', file), 'utf8')
  const union = new RegExp(`export type ${type} =([^\\n]*(?:\\n {2}(?:\\/\\/|\\|)[^\\n]*)*)`).exec(source)?.[1] ?? ''
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code)
}

test('every code of an error that a page can meet has its words', () => {
  const codes = [...codesIn('errors.ts', 'ErrorCode'), ...codesIn('api/refusal.ts', 'RefusalCode')]
  assert.ok(codes.length > 40, codes.join(' '))
  // those that only a program of another kind than the pages can make
  const others = ['not-json', 'no-etag']
  assert.deepEqual(
    codes.filter(code => errorWords(code) === null && !others.includes(code)),
    [],
  )
  assert.equal(errorWords('of a later release'), null)
})
