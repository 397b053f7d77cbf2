import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRate } from './rate.ts'

test('rates are bytes per second, k is 1000, Ki is 1024, a byte has eight bits', () => {
  const rates: [string, number | null][] = [
    ['200 kB/s', 200_000],
    ['200kB/s', 200_000],
    ['1.5 MiB/s', 1.5 * 2 ** 20],
    ['64 kbit/s', 8000],
    ['1 B/s', 1],
    ['1 Gbit/s', 125_000_000],
    ['0 B/s', null],
    ['1 bit/s', null],
    ['200 KB/s', null],
    ['200 kbps', null],
    ['200', null],
    ['-1 kB/s', null],
    ['1e3 kB/s', null],
    ['', null],
  ]
  for (const [text, rate] of rates) assert.equal(parseRate(text), rate, text)
})
