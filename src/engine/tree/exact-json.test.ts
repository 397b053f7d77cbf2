import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { parseExact, uint64Of } from './exact-json.ts'

const kept = (text: string): string => JSON.stringify(parseExact(text))

it('reads what JSON.parse reads, also where the text holds a number that has to be kept as it is', () => {
  const property = fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom('', ' ', '\n\t '), (text, gap) => {
    const spaced = `[${gap}1.0${gap},${gap}${text}${gap}]`
    const [, value] = parseExact(spaced) as unknown[]
    assert.equal(JSON.stringify(value), JSON.stringify(JSON.parse(text)))
  })
  fc.assert(property, { numRuns: 2000 })
})

it('keeps numbers that JavaScript would change or write differently', () => {
  const text = '{"a":18446744073709551615,"b":[1.0,-0,1e400,5e-324,2E+2,0.5],"c":{"d":9007199254740993}}'
  assert.equal(kept(text), text)
  const { a } = parseExact(text) as { a: unknown }
  assert.equal(uint64Of(a), 2n ** 64n - 1n)
})

it('reads strings with escaped quotes and backslashes, and numbers in strings as strings', () => {
  const text = String.raw`{"a\"":"\\","\\":"x\\\"y","times":["04:56:22.9","1.0"],"n":1.0}`
  assert.equal(kept(text), text)
})

it('takes the last of several members of one name, and a member __proto__ for a member', () => {
  assert.equal(kept('{"a":1.0,"a":2.0}'), '{"a":2.0}')
  const value = parseExact('{"__proto__":{"name":1.0}}') as Record<string, unknown>
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(JSON.stringify(value), '{"__proto__":{"name":1.0}}')
})

it('refuses what is no JSON, and what is nested a hundred thousand deep', () => {
  for (const text of ['[1.0', '[1.0,]', '{"a":1.0,}', '[01.0]', '[1.0]]', '["\n",1.0]', '[1.0 2.0]', '']) {
    assert.throws(() => parseExact(text), SyntaxError)
  }
  assert.throws(() => parseExact(`${'['.repeat(100_000)}1.0${']'.repeat(100_000)}`), RangeError)
})
