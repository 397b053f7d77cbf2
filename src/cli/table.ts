import { stripVTControlCharacters } from 'node:util'

/** Columns set side by side, two spaces apart; numbers are the caller's to align. Colours do not count as width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, width(row[column] ?? '')), 0))
  return all
    .map(row =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function width(cell: string): number {
  return Array.from(stripVTControlCharacters(cell)).length
}
