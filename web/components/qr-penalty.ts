/** How hard the code is to read (ISO/IEC 18004, 7.8.3): runs, squares, what looks like a finder, uneven darkness. */
export function penaltyOf(rows: readonly (readonly boolean[])[]): number {
  const columns = rows.map((_, at) => rows.map(row => row[at] ?? false))
  const lines = [...rows, ...columns]
  const ofLines = lines.reduce((sum, line) => sum + runs(line) + finders(line), 0)
  return ofLines + squares(rows) + balance(rows)
}

function runs(line: readonly boolean[]): number {
  let [penalty, length] = [0, 0]
  for (const [at, dark] of line.entries()) {
    length = at > 0 && dark === line[at - 1] ? length + 1 : 1
    if (length === 5) penalty += 3
    else if (length > 5) penalty += 1
  }
  return penalty
}

function finders(line: readonly boolean[]): number {
  const text = line.map(dark => (dark ? '1' : '0')).join('')
  let count = 0
  for (const pattern of ['10111010000', '00001011101'])
    for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) count += 1
  return count * 40
}

function squares(rows: readonly (readonly boolean[])[]): number {
  let count = 0
  for (let row = 1; row < rows.length; row += 1)
    for (let column = 1; column < rows.length; column += 1) {
      const dark = rows[row]?.[column]
      const others = [rows[row - 1]?.[column], rows[row]?.[column - 1], rows[row - 1]?.[column - 1]]
      if (others.every(other => other === dark)) count += 1
    }
  return count * 3
}

function balance(rows: readonly (readonly boolean[])[]): number {
  const dark = rows.flat().filter(Boolean).length
  return Math.floor(Math.abs((dark * 100) / rows.length ** 2 - 50) / 5) * 10
}
