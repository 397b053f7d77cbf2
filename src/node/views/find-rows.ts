import { BlackstartError } from '../../errors.ts'
import { compareNatural } from '../../site/natural-order.ts'

/** What a row is ordered by: its key, then its id; both as people count. Null keys come last, whichever way. */
export type SortKey = string | number | null

export interface RowOrder<Row> {
  /** What is listed, by what: a cursor counts where it was given out for the same. */
  readonly list: string
  key(row: Row): SortKey
  id(row: Row): string
  readonly descending: boolean
  /** The rows come in this order already. */
  readonly isSorted?: boolean
}

export interface RowPage<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly total: number
}

/**
 * A page of rows in order; `rows` come in the order of their ids. The cursor holds the key and the id of the last row that was given, so that rows that come and go
 * meanwhile neither hide nor double another.
 */
export function pageOfRows<Row>(
  rows: readonly Row[],
  order: RowOrder<Row>,
  cursor: string | undefined,
  limit: number,
): RowPage<Row> {
  const place = (row: Row): Place => ({ key: order.key(row), id: order.id(row) })
  const sorted = order.isSorted === true ? rows : sortedRows(rows, order)
  const after = cursor === undefined ? null : decodeCursor(listOf(order), cursor)
  const start = after === null ? 0 : firstAfter(sorted, place, after, order.descending)
  const page = sorted.slice(start, start + limit)
  const last = page.at(-1)
  const isLast = last === undefined || start + limit >= sorted.length
  return {
    rows: page,
    next: isLast ? null : opaqueCursor(listOf(order), [place(last).key, place(last).id]),
    total: rows.length,
  }
}

function sortedRows<Row>(rows: readonly Row[], { key, descending }: RowOrder<Row>): readonly Row[] {
  const keyed = rows.map((row, at) => ({ row, at, key: key(row) }))
  const sign = descending ? -1 : 1
  // where they stand tells the order of their ids
  keyed.sort((a, b) => compareKeys(a.key, b.key, sign) || sign * (a.at - b.at))
  return keyed.map(({ row }) => row)
}

interface Place {
  readonly key: SortKey
  readonly id: string
}

function compare(a: Place, b: Place, descending: boolean): number {
  const sign = descending ? -1 : 1
  return compareKeys(a.key, b.key, sign) || sign * compareNatural(a.id, b.id)
}

function compareKeys(a: SortKey, b: SortKey, sign: 1 | -1): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? 1 : -1
  if (typeof a === 'string' && typeof b === 'string') return sign * compareNatural(a, b)
  return a < b ? -sign : sign
}

function firstAfter<Row>(
  sorted: readonly Row[],
  place: (row: Row) => Place,
  after: Place,
  descending: boolean,
): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = sorted[middle]
    if (row !== undefined && compare(place(row), after, descending) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function listOf({ list, descending }: { readonly list: string; readonly descending: boolean }): string {
  return descending ? `${list}, descending` : list
}

function decodeCursor(list: string, cursor: string): Place {
  const value = openCursor(list, cursor)
  if (!Array.isArray(value)) throw badCursor()
  const [key, id]: unknown[] = value
  if (typeof id === 'string' && (key === null || typeof key === 'string' || typeof key === 'number')) return { key, id }
  throw badCursor()
}

/** `list`: what is listed, by what. */
export function opaqueCursor(list: string, value: unknown): string {
  return Buffer.from(JSON.stringify([list, value])).toString('base64url')
}

/** Throws `usage` for what is no cursor of that list. */
export function openCursor(list: string, cursor: string): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw badCursor()
  }
  if (!Array.isArray(parsed) || parsed[0] !== list) throw badCursor()
  return parsed[1]
}

export function badCursor(): BlackstartError {
  return new BlackstartError('usage', 'The cursor is none that was given out here. Ask for the first rows again.')
}

/** Every word must occur. */
export function matcher(query: string | undefined): (text: string) => boolean {
  const words = (query ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  return text => words.every(word => text.includes(word))
}
