import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32, codeAt, stepAt, stepOfCode, totpAddress } from './totp.ts'

const seed = Buffer.from('12345678901234567890')

test('the codes are those of RFC 6238, appendix B', () => {
  for (const [seconds, code] of [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ] as const) {
    assert.equal(codeAt(seed, stepAt(new Date(seconds * 1000)), 8), code)
  }
})

test('the codes are those of RFC 4226, appendix D', () => {
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
  for (const [step, code] of codes.entries()) assert.equal(codeAt(seed, step), code)
})

test('base 32 is that of RFC 4648, section 10', () => {
  for (const [text, coded] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const) {
    assert.equal(base32(Buffer.from(text)), coded)
  }
})

test('a code is taken one step early and one step late, not two', () => {
  const now = new Date('2026-11-29T08:00:10Z')
  const present = stepAt(now)
  for (const offset of [-1, 0, 1]) assert.equal(stepOfCode(seed, codeAt(seed, present + offset), now), present + offset)
  for (const offset of [-2, 2, 20]) assert.equal(stepOfCode(seed, codeAt(seed, present + offset), now), null)
})

test('what is no code is none', () => {
  for (const text of ['', '12345', '1234567', '１２３４５６', 'abcdef', '12 34 5x', '-12345']) {
    assert.equal(stepOfCode(seed, text, new Date()), null, text)
  }
})

test('the address names the site and the account, with what they hold escaped', () => {
  assert.equal(
    totpAddress(seed, 'Saint-Aubin & Co', 'eve'),
    'otpauth://totp/Saint-Aubin%20%26%20Co:eve?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Saint-Aubin%20%26%20Co&algorithm=SHA1&digits=6&period=30',
  )
})
