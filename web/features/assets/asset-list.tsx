import { i18n } from '@lingui/core'
import { iconSearch } from '@siemens/ix-icons/icons'
import { useMemo } from 'react'
import type { AssetRow, Assets } from '../../../src/api/schema/asset.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { ClippedName } from '../../components/name.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Age } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery, useLocation } from '../../routing/location.ts'
import { classWord } from '../../text/words.ts'
import { assetIcon } from './asset-icon.ts'

export function AssetList() {
  const { searchParams } = useLocation()
  const word = (name: string) => searchParams.get(name)
  const sort = word('sort') ?? 'id'
  const { query, rows, first, more } = useRows<AssetRow, Assets>(['assets'], '/api/assets', {
    q: word('q'),
    state: word('state'),
    zone: word('zone'),
    process: word('process'),
    kind: word('kind'),
    class: word('class'),
    sort,
    limit: '200',
  })
  const columns = useMemo(assetColumns, [])
  return (
    <div className="card">
      <Answer query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={iconSearch} title={i18n.t('No asset matches')}>
              <p>{i18n.t('Take a filter away, or search for less.')}</p>
            </Empty>
          ) : (
            <>
              <VirtualTable
                label={i18n.t('Assets')}
                columns={columns}
                rows={rows}
                keyOf={row => row.id}
                total={first?.total ?? null}
                sort={sort}
                onSort={next => setQuery({ sort: next === 'id' ? null : next })}
                onEnd={more}
              />
              <p className="list-foot num" aria-live="polite">
                {i18n.t('{total, plural, one {# asset} other {# assets}}', { total: first?.total ?? rows.length })}
              </p>
            </>
          )
        }
      </Answer>
    </div>
  )
}

function assetColumns(): readonly Column<AssetRow>[] {
  return [
    {
      id: 'asset',
      label: i18n.t('Asset'),
      sort: 'id',
      className: 'main-cell',
      cell: row => (
        <Link href={`/assets/${encodeURIComponent(row.id)}`} className="with-icon">
          <Icon of={assetIcon(row.kind)} />
          <span className="two-lines">
            <ClippedName>{row.name ?? row.id}</ClippedName>
            <ClippedName className="soft small">{row.id}</ClippedName>
          </span>
        </Link>
      ),
    },
    { id: 'state', label: i18n.t('State'), className: 'bare', cell: row => <StatePills {...row} /> },
    {
      id: 'model',
      label: i18n.t('Vendor, model'),
      cell: row => <ClippedName>{[row.vendor, row.model].filter(Boolean).join(' ')}</ClippedName>,
    },
    {
      id: 'firmware',
      label: i18n.t('Firmware'),
      className: 'wide-only',
      cell: row => <ClippedName>{row.firmware ?? '–'}</ClippedName>,
    },
    {
      id: 'confirmed',
      label: i18n.t('Confirmed'),
      sort: 'confirmed',
      className: 'nowrap',
      cell: row => (row.lastConfirmed === null ? <span className="soft">–</span> : <Age at={row.lastConfirmed} />),
    },
    { id: 'items', label: i18n.t('Items'), className: 'num', cell: row => row.items },
    { id: 'findings', label: i18n.t('Findings'), className: 'num', cell: row => row.findings },
    { id: 'class', label: i18n.t('Criticality'), sort: 'class', cell: row => classWord(row.class) },
    {
      id: 'zone',
      label: i18n.t('Zone'),
      cell: row => (
        <>
          <ClippedName>{row.zoneName ?? row.zone}</ClippedName>
          <span className="soft small nowrap">{i18n.t('level {level}', { level: row.level })}</span>
        </>
      ),
    },
  ]
}
