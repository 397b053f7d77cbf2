import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifeUsed, occurrence } from './occurrence.ts'
import { severityOf } from './severity.ts'
import { plant, today } from './test-plant.ts'

const [asset] = plant().assets
const used = (since: string, years: number) => {
  assert.ok(asset)
  return lifeUsed({ ...asset, life: { since: Temporal.PlainDate.from(since), years } }, today)
}
const dates = (...texts: string[]) => texts.map(text => Temporal.PlainDate.from(text))

const lives: [string, number, number, string][] = [
  ['2026-11-23', 10, 1, 'under 25 %'],
  ['2025-01-01', 10, 1, 'under 25 %'],
  ['2022-11-23', 16, 2, 'under 50 %'],
  ['2018-11-23', 16, 3, 'under 75 %'],
  ['2014-11-23', 16, 4, 'under 100 %'],
  ['2010-11-24', 16, 4, 'under 100 %'],
  ['2010-11-23', 16, 5, 'beyond it'],
  ['2000-01-01', 15, 5, 'beyond it'],
  ['2027-05-01', 10, 1, 'under 25 %'],
  ['2024-11-23', 2.5, 4, 'under 100 %'],
]

for (const [since, years, score, band] of lives) {
  test(`a life of ${years} years since ${since} gives ${score}, ${band}`, () => {
    const life = used(since, years)
    assert.deepEqual([life?.score, life?.used], [score, band])
    assert.equal(occurrence(life, [], today).score, score)
  })
}

const failures: [string, Temporal.PlainDate[], number, number][] = [
  ['none', [], 1, 0],
  ['one', dates('2024-02-29'), 3, 1],
  ['two', dates('2024-02-29', '2025-02-28'), 4, 2],
  ['three', dates('2024-02-29', '2025-02-28', '2026-01-01'), 5, 3],
  ['one exactly five years ago', dates('2021-11-23'), 3, 1],
  ['one a day longer ago', dates('2021-11-22'), 1, 0],
  ['one that is still to come', dates('2026-11-24'), 1, 0],
  ['one today', dates('2026-11-23'), 3, 1],
]

for (const [name, failed, score, counted] of failures) {
  test(`failures: ${name} gives ${score}`, () => {
    const found = occurrence(used('2026-01-01', 20), failed, today)
    assert.deepEqual([found.score, found.failed.length], [score, counted])
  })
}

test('the worse of life and failures counts', () => {
  assert.equal(occurrence(used('2014-11-23', 16), dates('2024-02-29'), today).score, 4)
  assert.equal(occurrence(used('2018-11-23', 16), dates('2024-02-29', '2025-02-28'), today).score, 4)
})

test('a life that is not stated counts as 3, and is told as unknown', () => {
  assert.deepEqual(occurrence(null, [], today), { score: 3, life: null, failed: [] })
  assert.equal(occurrence(null, dates('2024-02-29', '2025-02-28'), today).score, 4)
})

test('what is told changes on no day but the one on which a quarter of the life ends', () => {
  assert.deepEqual(used('2018-11-23', 16), { score: 3, since: '2018-11-23', ends: '2034-11-23', used: 'under 75 %' })
})

test('severity is the worst of the four, and says which', () => {
  const [mode] = plant().failureModes
  assert.ok(mode)
  const of = (severity: Partial<typeof mode.severity>) =>
    severityOf({ ...mode, severity: { safety: 1, environment: 1, production: 1, quality: 1, ...severity } })
  assert.deepEqual(of({ production: 4, quality: 2 }), { score: 4, dimensions: ['production'] })
  assert.deepEqual(of({ safety: 5, production: 5 }), { score: 5, dimensions: ['safety', 'production'] })
  assert.deepEqual(of({}), { score: 1, dimensions: [] })
})
