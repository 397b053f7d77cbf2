import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { durationOf, formatDuration, milliseconds, parseDuration, whyNoDuration } from './duration.ts'

const second = 1000
const hour = 3600 * second

test('durations are read in both forms, as exact lengths', () => {
  const lengths: [string, number][] = [
    ['90s', 90 * second],
    ['15m', hour / 4],
    ['4h', 4 * hour],
    ['7d', 7 * 24 * hour],
    ['2w', 14 * 24 * hour],
    ['PT1H30M', 1.5 * hour],
    ['P1D', 24 * hour],
    ['P2W', 14 * 24 * hour],
    ['P1DT12H', 36 * hour],
    ['PT0.25S', 250],
  ]
  for (const [text, length] of lengths) {
    const duration = parseDuration(text)
    assert.equal(duration === null ? null : milliseconds(duration), length, text)
  }
})

test('a duration can be added to an instant and subtracted from another without a calendar', () => {
  const start = Temporal.Instant.from('2026-03-29T00:00:00Z')
  assert.equal(start.add(parseDuration('2w')!).toString(), '2026-04-12T00:00:00Z')
  assert.equal(parseDuration('2w')!.subtract(parseDuration('1d')!).total('hour'), 13 * 24)
})

test('what is not a positive exact length is refused, with the reason', () => {
  const reasons: [string, string][] = [
    ['0s', 'is zero'],
    ['PT0S', 'is zero'],
    ['0', 'is zero'],
    ['-5m', 'is negative'],
    ['-PT5M', 'is negative'],
    ['15', 'has no unit'],
    ['P1M', 'counts months or years, which have no exact length'],
    ['P1Y2D', 'counts months or years, which have no exact length'],
    ['3 months', 'counts months or years, which have no exact length'],
    ['1y', 'counts months or years, which have no exact length'],
    ['1M', 'is not a duration'],
    ['15 m', 'is not a duration'],
    ['1h30m', 'is not a duration'],
    ['P', 'is not a duration'],
    ['PT', 'is not a duration'],
    ['', 'is not a duration'],
    ['99999999w', 'is longer than a hundred years'],
  ]
  for (const [text, reason] of reasons) {
    assert.equal(parseDuration(text), null, text)
    assert.equal(whyNoDuration(text), reason, text)
  }
})

test('durations are shown the way people say them', () => {
  const shown: [number, string][] = [
    [0, '0s'],
    [250, '250ms'],
    [90 * second, '1m 30s'],
    [4 * hour, '4h'],
    [7 * 24 * hour, '7d'],
    [25 * hour + 1499, '1d 1h 1s'],
    [-90 * second, '-1m 30s'],
  ]
  for (const [length, text] of shown) assert.equal(formatDuration(durationOf(length)), text)
})

test('any text is answered with a positive duration or null', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'PT0123456789.-+smhdwYMWDHS ') })
  fc.assert(
    fc.property(fc.oneof(fc.string(), letters), text => {
      const duration = parseDuration(text)
      if (duration === null) assert.notEqual(whyNoDuration(text), '')
      else assert.ok(milliseconds(duration) > 0)
    }),
    { numRuns: 2000 },
  )
})
