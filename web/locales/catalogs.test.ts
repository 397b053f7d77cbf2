import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const web = path.resolve(import.meta.dirname, '..')

/** Sentences that the pages show: `i18n.t('…')`. */
function sentences(): ReadonlySet<string> {
  const found = new Set<string>()
  for (const file of globSync('**/*.{ts,tsx}', { cwd: web, exclude: ['**/*.test.ts', 'browser/**'] })) {
    const source = readFileSync(path.join(web, file), 'utf8')
    for (const [, text = ''] of source.matchAll(/i18n\.t\(\s*'((?:\\.|[^'\\])*)'/gu))
      found.add(text.replaceAll("\\'", "'"))
  }
  return found
}

/** Of a catalog: each sentence with its translation. */
function catalog(locale: string): ReadonlyMap<string, string> {
  const text = readFileSync(path.join(web, 'locales', `${locale}.po`), 'utf8')
  const entries = text.matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)/gmu)
  const joined = (lines = '') => [...lines.matchAll(/^"(.*)"$/gmu)].map(([, part]) => JSON.parse(`"${part}"`)).join('')
  return new Map(
    [...entries].map(([, id, said]) => [joined(id), joined(said)]).filter(([id]) => id !== '') as [string, string][],
  )
}

const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/gu)].map(([, name]) => name))].sort()

test('every sentence of the pages stands in both catalogs, and no other does: npm run texts', () => {
  const shown = [...sentences()].sort()
  assert.ok(shown.length > 500)
  for (const locale of ['en', 'fr']) assert.deepEqual([...catalog(locale).keys()].sort(), shown)
})

test('every sentence has its French, with the same names in braces', () => {
  const missing: string[] = []
  for (const [id, said] of catalog('fr')) {
    if (said.trim() === '') missing.push(id)
    else assert.deepEqual(placeholders(said), placeholders(id), id)
  }
  assert.deepEqual(missing, [])
})

test('French is set as French is: narrow apostrophes are not used, signs of two parts stand apart', () => {
  for (const [id, said] of catalog('fr')) {
    assert.doesNotMatch(said, /\w'\w/u, id)
    assert.doesNotMatch(said.replace(/\{[^{}]*\}/gu, ''), /[\p{L}\d][;!?]/u, id)
  }
})
