import { i18n } from '@lingui/core'
import { iconSearch } from '@siemens/ix-icons/icons'
import { useRows } from '../requests/use-rows.ts'
import { setQuery, useLocation } from '../routing/location.ts'
import { Answer } from './answer.tsx'
import { Empty } from './empty.tsx'
import { type Column, VirtualTable } from './virtual-table.tsx'

interface CountedPage<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly total: number
}

interface Props<Row> {
  /** The noun of the API: `/api/<noun>`. */
  readonly noun: string
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** Said where no row is left. */
  readonly none: string
  readonly countText: (total: number) => string
}

/** A list of the plant, cut down and sorted by the node as the address says. */
export function FilteredList<Row extends { readonly id: string }>({
  noun,
  label,
  columns,
  none,
  countText,
}: Props<Row>) {
  const { searchParams } = useLocation()
  const word = (name: string) => searchParams.get(name)
  const sort = word('sort') ?? 'id'
  const { query, rows, first, more } = useRows<Row, CountedPage<Row>>([noun], `/api/${noun}`, {
    q: word('q'),
    state: word('state'),
    zone: word('zone'),
    process: word('process'),
    kind: word('kind'),
    class: word('class'),
    sort,
    limit: '200',
  })
  return (
    <div className="card">
      <Answer query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={iconSearch} title={none}>
              <p>{i18n.t('Take a filter away, or search for less.')}</p>
            </Empty>
          ) : (
            <>
              <VirtualTable
                label={label}
                columns={columns}
                rows={rows}
                keyOf={row => row.id}
                total={first?.total ?? null}
                sort={sort}
                onSort={next => setQuery({ sort: next === 'id' ? null : next })}
                onEnd={more}
              />
              <p className="list-foot num" aria-live="polite">
                {countText(first?.total ?? rows.length)}
              </p>
            </>
          )
        }
      </Answer>
    </div>
  )
}
