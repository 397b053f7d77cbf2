import type { Column } from './virtual-table.tsx'

interface Props<Row> {
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

/** A table of few rows, in the order in which they are given. On a phone each row stands for itself, its cells one below another. */
export function PlainTable<Row>({ columns, rows, keyOf }: Props<Row>) {
  return (
    <div className="table-frame">
      <table className="grid stacked">
        <thead>
          <tr>
            {columns.map(({ id, label, hidesLabel = false, className }) => (
              <th key={id} scope="col" className={className}>
                {hidesLabel ? <span className="hidden-text">{label}</span> : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, label, cell, className, hidesLabel = false }) => (
                <td key={id} className={className} data-label={hidesLabel ? undefined : label}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
