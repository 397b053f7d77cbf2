import { i18n } from '@lingui/core'
import { useMemo } from 'react'
import type { ItemRow } from '../../../src/api/schema/item.ts'
import { FilteredList } from '../../components/filtered-list.tsx'
import { ClippedName } from '../../components/name.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Age, Until } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { formatDuration } from '../../text/format-duration.ts'
import { classWord } from '../../text/words.ts'

export function ItemList() {
  const columns = useMemo(itemColumns, [])
  return (
    <FilteredList
      noun="items"
      label={i18n.t('Items')}
      columns={columns}
      none={i18n.t('No item matches')}
      countText={total => i18n.t('{total, plural, one {# item} other {# items}}', { total })}
    />
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
  return row.due === null ? <span className="soft">–</span> : <Until at={row.due} />
}

function Copies({ row }: { row: ItemRow }) {
  return (
    <>
      {row.copies}, <span className="soft small">{row.copiesMet ? i18n.t('enough') : i18n.t('too few')}</span>
    </>
  )
}
