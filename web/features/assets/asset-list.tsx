import { i18n } from '@lingui/core'
import { useMemo } from 'react'
import type { AssetRow } from '../../../src/api/schema/asset.ts'
import { FilteredList } from '../../components/filtered-list.tsx'
import { Icon } from '../../components/icon.tsx'
import { ClippedName } from '../../components/name.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Age } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { Link } from '../../routing/link.tsx'
import { classWord } from '../../text/words.ts'
import { assetIcon } from './asset-icon.ts'

export function AssetList() {
  const columns = useMemo(assetColumns, [])
  return (
    <FilteredList
      noun="assets"
      label={i18n.t('Assets')}
      columns={columns}
      none={i18n.t('No asset matches')}
      countText={total => i18n.t('{total, plural, one {# asset} other {# assets}}', { total })}
    />
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
            {row.name !== null && <ClippedName className="soft small">{row.id}</ClippedName>}
          </span>
        </Link>
      ),
    },
    { id: 'state', label: i18n.t('State'), className: 'bare', cell: row => <StatePills {...row} /> },
    {
      id: 'model',
      label: i18n.t('Vendor, model'),
      cell: row => <ClippedName>{[row.vendor, row.model].filter(Boolean).join(' ') || '–'}</ClippedName>,
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
          <ClippedName>{row.zoneName ?? row.zone}</ClippedName>{' '}
          <span className="soft small nowrap">{i18n.t('level {level}', { level: row.level })}</span>
        </>
      ),
    },
  ]
}
