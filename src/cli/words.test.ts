import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoveryKit } from './recovery-kit.ts'
import { table } from './table.ts'
import { bytesText, plural, spanText, timeText } from './words.ts'

test('sizes, spans and times as a person says them', () => {
  assert.deepEqual([0, 999, 1000, 123_456, 4_300_000_000].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '123 kB',
    '4.3 GB',
  ])
  assert.deepEqual([400, 12_000, 300_000, 10_800_000, 345_600_000].map(spanText), [
    '0.4 s',
    '12 s',
    '5 min',
    '3 h',
    '4 d',
  ])
  assert.equal(timeText('2026-07-01T10:00:00.123Z', 'Europe/Paris'), '2026-07-01 12:00:00')
  assert.deepEqual(
    [plural(1, 'file'), plural(2, 'file'), plural(0, 'process', 'processes')],
    ['1 file', '2 files', '0 processes'],
  )
})

test('columns line up whatever colours are in them', () => {
  assert.equal(
    table(
      ['A', 'B'],
      [
        ['\x1b[31mxx\x1b[39m', '1'],
        ['yyy', '2'],
      ],
    ),
    'A    B\n\x1b[31mxx\x1b[39m   1\nyyy  2',
  )
})

test('a recovery kit says what it opens, and its password survives being read out', () => {
  const parts = {
    site: 'Saint-Aubin',
    repository: 'ab'.repeat(32),
    location: '/srv/plant',
    made: new Date('2026-11-23'),
  }
  const kit = recoveryKit({ ...parts, random: n => Uint8Array.from({ length: n }, (_, index) => index * 9) })
  assert.match(kit.password, /^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){6}$/)
  for (const word of [kit.password, parts.site, parts.repository, parts.location, '2026-11-23'])
    assert.ok(kit.text.includes(word))
})
