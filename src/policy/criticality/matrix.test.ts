import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scores } from '../../site/site.ts'
import { classFor, fillMatrix } from './matrix.ts'

// as REQUIREMENTS.md prints it: rows S 1 to 5, columns P 1 to 5
const printed = `
low    | low    | low    | low       | medium
low    | low    | medium | medium    | medium
low    | medium | medium | high      | high
medium | medium | high   | high      | very high
high   | high   | high   | very high | very high`
const rows = printed
  .trim()
  .split('\n')
  .map(row => row.split('|').map(cell => cell.trim()))

test('all 25 cells of the matrix are those of the requirements', () => {
  assert.deepEqual(
    scores.map(s => scores.map(p => classFor(s, p))),
    rows,
  )
})

test('no class falls when severity or probability rise', () => {
  const order = ['low', 'medium', 'high', 'very high']
  for (const s of scores)
    for (const p of scores)
      for (const more of scores.filter(score => score >= p)) {
        assert.ok(order.indexOf(classFor(s, more)) >= order.indexOf(classFor(s, p)))
        assert.ok(order.indexOf(classFor(more, s)) >= order.indexOf(classFor(p, s)))
      }
})

test('the filled matrix has every cell once, the gravest severity first, with what lies in it', () => {
  const cells = fillMatrix([
    { id: 'b', s: 4, p: 3 },
    { id: 'a', s: 4, p: 3 },
    { id: 'c', s: 1, p: 5 },
  ])
  assert.equal(cells.length, 25)
  assert.deepEqual(cells[0], { s: 5, p: 1, class: 'high', ids: [] })
  assert.deepEqual(
    cells.find(({ s, p }) => s === 4 && p === 3),
    { s: 4, p: 3, class: 'high', ids: ['b', 'a'] },
  )
  assert.deepEqual(cells.at(-1), { s: 1, p: 5, class: 'medium', ids: ['c'] })
})
