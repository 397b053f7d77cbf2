import { i18n } from '@lingui/core'
import { iconSearch } from '@siemens/ix-icons/icons'
import { useMemo } from 'react'
import type { ItemRow, Items } from '../../../src/api/schema/item.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { ClippedName } from '../../components/name.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Age } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery, useLocation } from '../../routing/location.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { classWord } from '../../text/words.ts'

export function ItemList() {
  const { searchParams } = useLocation()
  const word = (name: string) => searchParams.get(name)
  const sort = word('sort') ?? 'id'
  const { query, rows, first, more } = useRows<ItemRow, Items>(['items'], '/api/items', {
    q: word('q'),
    state: word('state'),
    zone: word('zone'),
    process: word('process'),
    kind: word('kind'),
    class: word('class'),
    sort,
    limit: '200',
  })
  const columns = useMemo(itemColumns, [])
  return (
    <div className="card">
      <Answer query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={iconSearch} title={i18n.t('No item matches')}>
              <p>{i18n.t('Take a filter away, or search for less.')}</p>
            </Empty>
          ) : (
            <>
              <VirtualTable
                label={i18n.t('Items')}
                columns={columns}
                rows={rows}
                keyOf={row => row.id}
                total={first?.total ?? null}
                sort={sort}
                onSort={next => setQuery({ sort: next === 'id' ? null : next })}
                onEnd={more}
              />
              <p className="list-foot num" aria-live="polite">
                {i18n.t('{total, plural, one {# item} other {# items}}', { total: first?.total ?? rows.length })}
              </p>
            </>
          )
        }
      </Answer>
    </div>
  )
}

function itemColumns(): readonly Column<ItemRow>[] {
  return [
    {
      id: 'item',
      label: i18n.t('Item'),
      sort: 'id',
      className: 'main-cell',
      cell: row => (
        <Link href={itemPath(row.id)} className="two-lines">
          <ClippedName>{row.id}</ClippedName>
          {row.assetName !== null && <ClippedName className="soft small">{row.assetName}</ClippedName>}
        </Link>
      ),
    },
    { id: 'state', label: i18n.t('State'), className: 'bare', cell: row => <StatePills {...row} /> },
    {
      id: 'confirmed',
      label: i18n.t('Confirmed'),
      sort: 'confirmed',
      className: 'nowrap',
      cell: row => (row.lastConfirmed === null ? <span className="soft">–</span> : <Age at={row.lastConfirmed} />),
    },
    { id: 'due', label: i18n.t('Next'), sort: 'due', className: 'nowrap', cell: row => <Due row={row} /> },
    {
      id: 'interval',
      label: i18n.t('Every'),
      className: 'num wide-only',
      cell: row => formatDuration(row.interval, 'short'),
    },
    { id: 'copies', label: i18n.t('Copies'), className: 'num', cell: row => <Copies row={row} /> },
    { id: 'class', label: i18n.t('Criticality'), sort: 'class', cell: row => classWord(row.class) },
    { id: 'zone', label: i18n.t('Zone'), cell: row => <ClippedName>{row.zone}</ClippedName> },
    { id: 'via', label: i18n.t('Connector'), className: 'wide-only', cell: row => <code>{row.via}</code> },
  ]
}

function Due({ row }: { row: ItemRow }) {
  return row.due === null ? <span className="soft">–</span> : <Age at={row.due} />
}

function Copies({ row }: { row: ItemRow }) {
  return (
    <>
      {row.copies}, <span className="soft small">{row.copiesMet ? i18n.t('enough') : i18n.t('too few')}</span>
    </>
  )
}
