import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { askedAt, lastLine, refusalIn, visibleLine, withoutEcho, withoutPagers, withoutPrompts } from './cli-output.ts'

const more = / ?-{2,} ?more ?-{2,} ?/i

describe('a line on the screen', () => {
  const lines: Readonly<Record<string, string>> = {
    'SW-1# ': 'SW-1#',
    '\rSW-1#': 'SW-1#',
    '\r\x1b[K\x1b[?1l\x1b>user@fw1:~$ ': 'user@fw1:~$',
    '\x1b[4m\rLAB#\x1b[m ': 'LAB#',
    '\b\b\b   \b\b\b\rcore tnsr# ': 'core tnsr#',
    'abX\bc': 'abc',
    'text\r\r': 'text',
  }
  for (const [sent, shown] of Object.entries(lines)) {
    test(`${JSON.stringify(sent)} shows ${shown}`, () => assert.equal(visibleLine(sent), shown))
  }
  test('is the last one only where no line end follows', () => {
    assert.equal(lastLine('a\r\nSW#'), 'SW#')
    assert.equal(lastLine('a\r\nSW#\r\n'), '')
  })
})

describe('a pager', () => {
  const erasures = [
    '\r         \r',
    `${'\b'.repeat(9)}${' '.repeat(8)}${'\b'.repeat(9)}`,
    '\r\x1b[K',
    '\x1b[16D                \x1b[16D',
    '\r',
  ]
  for (const pager of [' --More-- ', '--More--', '---- More ----', '\x1b[7m--More--\x1b[m']) {
    for (const erasure of erasures) {
      test(`${JSON.stringify(pager)} goes, with ${JSON.stringify(erasure)}, and the indentation behind it stays`, () => {
        const before = `interface 1\r\n${pager}`
        const from = askedAt(before, more)
        assert.ok(from !== null)
        const text = `${before}${erasure}  description x\r\n`
        assert.equal(withoutPagers(text, [{ from, to: before.length }]), 'interface 1\r\n  description x\r\n')
      })
    }
  }
  test('in the middle of a line is taken out of it', () => {
    const before = 'a\nsystemvi--More--'
    const cut = { from: askedAt(before, more)!, to: before.length }
    assert.equal(withoutPagers(`${before}${'\b'.repeat(8)}        ${'\b'.repeat(8)}ew\n`, [cut]), 'a\nsystemview\n')
  })
  test('is none while something follows, or on an earlier line', () => {
    assert.equal(askedAt('--More-- is what it says', more), null)
    assert.equal(askedAt('--More--\r\n', more), null)
  })
})

describe('the echo and the prompt', () => {
  const echoes = [
    'show run\r\n',
    'show run\r\r\n',
    '\rSW# show run\r\n',
    'show ru\bun\r\n',
    'show run\r\n\x1b[?2004l\r',
  ]
  for (const echo of echoes) {
    test(`${JSON.stringify(echo)} is left out`, () =>
      assert.equal(withoutEcho(`${echo}!\r\n`, 'show run', null), '!\r\n'))
  }
  test('a first line that is no echo stays, unless the model counts it', () => {
    assert.equal(withoutEcho('!\r\nend\r\n', 'show run', null), '!\r\nend\r\n')
    assert.equal(withoutEcho('!\r\nend\r\n', 'show run', 1), 'end\r\n')
  })
  test('as many prompts go as were asked for, and no line end before them', () => {
    assert.equal(withoutPrompts('end\r\n\r\nSW#', 'SW#', 1), 'end\r\n\r\n')
    assert.equal(withoutPrompts('SW#\r\nSW#\r\nSW#', 'SW#', 2), 'SW#\r\n')
    assert.equal(withoutPrompts('end\r\nXSW#', 'SW#', 1), 'end\r\nXSW#')
  })
  test('whatever the device holds comes out exactly', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'S', 'W', '#', ' ', '-', '\r', '\b', '\x1b', 'é', '>') })
    const property = fc.property(fc.array(line), lines => {
      const held = lines.map(text => `${text}\r\n`).join('')
      const text = withoutPrompts(withoutEcho(`show run\r\n!\r\n${held}SW#`, 'show run', null), 'SW#', 1)
      assert.equal(text, `!\r\n${held}`)
    })
    fc.assert(property)
  })
})

test('a refusal is looked for in the first lines only', () => {
  assert.equal(
    refusalIn("   ^\r\n% Invalid input detected at '^' marker.\r\n", [/^% Invalid/]),
    "% Invalid input detected at '^' marker.",
  )
  assert.equal(refusalIn(`${'!\r\n'.repeat(6)}% Invalid\r\n`, [/^% Invalid/]), null)
})
