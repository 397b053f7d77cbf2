import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Figures, judgeGoals, median } from './goals.ts'

const figures: Figures = { wall: 2, wallFrom: 2, wallTo: 2, cpu: 4, peak: 100, settle: 0, repository: 1000 }

test('the median is the middle value, or the mean of the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([9, 1, 5, 3]), 4)
  assert.equal(median([7]), 7)
})

test('times are restic over ours and want to be large; sizes are ours over restic and want to be small', () => {
  const restic = { ...figures, wall: 3, cpu: 5, peak: 60, repository: 990 }
  const judged = judgeGoals(
    [
      { of: 'wall', limit: 1.5 },
      { of: 'cpu', limit: 1.5 },
      { of: 'memory', limit: 2 },
      { of: 'repository', limit: 1.01 },
    ],
    { ours: figures, restic },
  )
  assert.deepEqual(
    judged.map(({ of, value, met }) => [of, Number(value.toFixed(3)), met]),
    [
      ['wall', 1.5, true],
      ['cpu', 1.25, false],
      ['memory', 1.667, true],
      ['repository', 1.01, false],
    ],
  )
})

test('a goal whose peer took no part is left out', () => {
  const goals = [{ of: 'copy', limit: 1.5 } as const, { of: 'wall', limit: 1 } as const]
  assert.deepEqual(judgeGoals(goals, { ours: figures }), [])
  assert.equal(judgeGoals(goals, { ours: figures, cp: { ...figures, wall: 1 } })[0]?.met, false)
})
