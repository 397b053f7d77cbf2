import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { milliseconds, parseDuration } from '../../site/duration.ts'
import { writtenSpan } from './written-span.ts'

test('a span is written as site.yaml takes it', () => {
  const cases: readonly (readonly [number, string])[] = [
    [250, 'PT0.25S'],
    [1999, '1s'],
    [59_999, '59s'],
    [848_000, '848s'],
    [3_560_000, '59m'],
    [3_600_000, '1h'],
    [14_388_000, '239m'],
    [172_800_000, '2d'],
    [203_000_000, '56h'],
  ]
  for (const [total, written] of cases) assert.equal(writtenSpan(total), written)
  assert.equal(writtenSpan(14_388_000, true), '4h')
})

test('what is written can be read, is never more than the span, nor much less; up, never less', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 * 86_400_000 }), total => {
      const read = (text: string) => milliseconds(parseDuration(text) ?? Temporal.Duration.from({ hours: 0 }))
      const [down, up] = [read(writtenSpan(total)), read(writtenSpan(total, true))]
      assert.ok(down > 0 && down <= total && up >= total)
      if (total >= 60_000) assert.ok(down >= total * 0.975 && up <= total * 1.025)
    }),
  )
})
