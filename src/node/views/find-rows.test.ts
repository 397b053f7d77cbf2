import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareNatural } from '../../site/natural-order.ts'
import { pageOfRows, type RowOrder } from './find-rows.ts'

interface Row {
  readonly id: string
  readonly name: string | null
}

// names of which many are the same, and some are none
const rows = Array.from({ length: 250 }, (_, at): Row => {
  const name = at % 7 === 0 ? null : `Robot ${at % 23}`
  return { id: `a${at}`, name }
}).sort((a, b) => compareNatural(a.id, b.id))

function every(all: readonly Row[], order: RowOrder<Row>, change: (given: number) => readonly Row[] = () => all) {
  const seen: Row[] = []
  let cursor: string | undefined
  do {
    const page = pageOfRows(change(seen.length), order, cursor, 17)
    seen.push(...page.rows)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return seen
}

for (const descending of [false, true]) {
  test(`pages follow each other in the order in which people count, ${descending ? 'backwards' : 'forwards'}`, () => {
    const ids = every(rows, { list: 'rows', key: () => 0, id: row => row.id, descending }).map(({ id }) => id)
    const counted = Array.from({ length: 250 }, (_, at) => `a${at}`)
    assert.deepEqual(ids, descending ? counted.reverse() : counted)

    const seen = every(rows, { list: 'rows', key: row => row.name, id: row => row.id, descending })
    assert.equal(new Set(seen).size, 250)
    const names = seen.flatMap(({ name }) => name ?? [])
    assert.equal(
      seen.slice(0, names.length).every(({ name }) => name !== null),
      true,
      'what has no name comes last',
    )
    const numbers = names.map(name => Number(name.slice(6)))
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => (descending ? b - a : a - b)),
    )
  })
}

test('rows that go while somebody pages hide no other, and double none', () => {
  const order = { list: 'rows', key: (row: Row) => row.name, id: (row: Row) => row.id, descending: false }
  const left = (given: number) => (given < 60 ? rows : rows.filter(({ id }) => !/[13]$/.test(id)))
  const ids = every(rows, order, left).map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { id } of left(60)) assert.ok(ids.includes(id), id)
})

test('a cursor of another list, or of another order, is none', () => {
  const order = { list: 'rows', key: () => 0, id: (row: Row) => row.id, descending: false }
  const { next } = pageOfRows(rows, order, undefined, 17)
  assert.ok(next !== null)
  for (const other of [
    { ...order, list: 'others' },
    { ...order, descending: true },
  ]) {
    assert.throws(() => pageOfRows(rows, other, next, 17), { code: 'usage', message: /none that was given out here/ })
  }
  assert.equal(pageOfRows(rows, order, next, 17).rows.length, 17)
})
