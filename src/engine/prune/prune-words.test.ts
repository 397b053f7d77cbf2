import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseSize } from './size-words.ts'
import { parseUnusedLimit, unusedBytesAllowed } from './unused-limit.ts'

it('reads sizes in restic’s words', () => {
  const sizes = { '0': 0, '500': 500, '16k': 16_384, '3M': 3_145_728, '2g': 2 ** 31, '1T': 2 ** 40, '7GB': 7 * 2 ** 30 }
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseSize(text), bytes)
  for (const text of ['', '-1', '1.5G', 'G', '1X', '99999999999999T'])
    assert.throws(() => parseSize(text), { code: 'usage' })
})

it('reads how much may stay unused, and counts it against what the repository holds afterwards', () => {
  assert.equal(unusedBytesAllowed(parseUnusedLimit('unlimited'), 1), Infinity)
  assert.equal(unusedBytesAllowed(parseUnusedLimit('2K'), 1), 2048)
  assert.equal(unusedBytesAllowed(parseUnusedLimit('0%'), 900), 0)
  assert.equal(unusedBytesAllowed(parseUnusedLimit('10%'), 900), 100)
  assert.equal(unusedBytesAllowed(parseUnusedLimit('12.5%'), 700), 100)
  for (const text of ['100%', '101%', '-5%', 'x%', 'half'])
    assert.throws(() => parseUnusedLimit(text), { code: 'usage' })
})
