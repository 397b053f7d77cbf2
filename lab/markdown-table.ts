// Tables of Markdown documents that people read and tests check, and how their cells are written.
import assert from 'node:assert/strict'
import { milliseconds, parseDuration } from '../src/site/duration.ts'

export interface MarkdownTable {
  /** The heading that it stands under. */
  readonly heading: string
  readonly columns: readonly string[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

const heading = /^#+ +(.+?) *$/
const ruler = /^\|(?: *:?-{3,}:? *\|)+$/

/** The tables in their order. Throws a SyntaxError, with the line, where a row does not have as many cells as its table has columns. */
export function markdownTables(text: string): MarkdownTable[] {
  const lines = text.split('\n').map(line => line.trimEnd())
  const tables: MarkdownTable[] = []
  let under = ''
  for (const [index, line] of lines.entries()) {
    under = heading.exec(line)?.[1] ?? under
    if (!ruler.test(line)) continue
    const columns = cellsOf(lines[index - 1] ?? '')
    const after = lines.slice(index + 1)
    const end = after.findIndex(row => !row.startsWith('|'))
    const rows = (end < 0 ? after : after.slice(0, end)).map((row, at) => ({
      line: index + 2 + at,
      cells: cellsOf(row),
    }))
    const uneven = rows.find(({ cells }) => cells.length !== columns.length)
    if (uneven !== undefined) throw new SyntaxError(`line ${uneven.line}: ${uneven.cells.length} cells`)
    tables.push({ heading: under, columns, rows })
  }
  return tables
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split('|')
    .map(cell => cell.trim().replaceAll('`', ''))
}

type Row<Column extends string> = Readonly<Record<Column, string>>

/** A kind of table: some cells of a row ask, the others are answered, the last says why. */
export interface TableKind {
  readonly columns: readonly string[]
  /** What is answered to a row, by column. */
  answer(cells: readonly string[]): Readonly<Record<string, string | undefined>>
}

/** `columns`: without the last, "Because". */
export function tableKind<const Column extends string>(
  columns: readonly Column[],
  answer: (row: Row<Column>) => Partial<Row<Column>>,
): TableKind {
  return {
    columns: [...columns, 'Because'],
    answer: cells => answer(Object.fromEntries(columns.map((column, at) => [column, cells[at]])) as Row<Column>),
  }
}

/** `a, b` → `['a', 'b']`; `-` → none. */
export function listIn(cell: string): string[] {
  return cell === '-' ? [] : cell.split(',').map(part => part.trim())
}

export interface CellWords {
  readonly plain: readonly string[]
  readonly given: Readonly<Record<string, string>>
}

/** `disk offline lag=7d` → the words `disk` and `offline`, and 7d for `lag`. */
export function wordsIn(text: string): CellWords {
  const words = text.split(' ').filter(word => word !== '' && word !== '-')
  const pairs = words.filter(word => word.includes('=')).map(word => word.split('='))
  return {
    plain: words.filter(word => !word.includes('=')),
    given: Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value])),
  }
}

/** Milliseconds of `1h 30m`, `-1h`, `0s`; null of `-`. */
export function spanIn(cell: string): number | null {
  if (cell === '-') return null
  if (cell.startsWith('-')) return -(spanIn(cell.slice(1)) ?? 0)
  const parts = cell.split(' ').filter(part => part !== '0s')
  return parts.reduce((total, part) => {
    const duration = parseDuration(part)
    assert.ok(duration, `"${part}" is no duration`)
    return total + milliseconds(duration)
  }, 0)
}

/** As the site file wants it: `3h 12s` → `PT10812S`; undefined for `-`. */
export function writtenSpan(cell: string): string | undefined {
  const total = spanIn(cell)
  return total === null ? undefined : `PT${total / 1000}S`
}

/** The one of the values that is written so. */
export function oneOf<Value>(values: readonly Value[], cell: string): Value {
  const found = values.find(value => String(value) === cell)
  assert.ok(found !== undefined, `"${cell}" is none of ${values.join(', ')}`)
  return found
}
