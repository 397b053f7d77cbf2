import { i18n } from '@lingui/core'
import { iconDisconnected } from '@siemens/ix-icons/icons'
import type { Asset } from '../../../src/api/schema/asset.ts'
import { Empty } from '../../components/empty.tsx'
import { ClippedName } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Age } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'

export function ItemsOfAsset({ asset }: { asset: Asset }) {
  return (
    <section className="card" aria-labelledby="items">
      <div className="card-head">
        <h2 id="items">{i18n.t('What is backed up of it')}</h2>
      </div>
      {asset.rows.length === 0 ? (
        <Empty icon={iconDisconnected} title={i18n.t('Nothing of this asset is backed up')}>
          <p>{i18n.t('Add what is to be backed up of it under items in site.yaml.')}</p>
          <Link className="btn" href="/settings">
            {i18n.t('To the settings')}
          </Link>
        </Empty>
      ) : (
        <PlainTable rows={asset.rows} columns={itemColumns()} keyOf={({ id }) => id} />
      )}
    </section>
  )
}

function itemColumns(): readonly Column<Asset['rows'][number]>[] {
  return [
    {
      id: 'item',
      label: i18n.t('Item'),
      className: 'main-cell',
      cell: ({ id, asset }) => (
        <Link href={itemPath(id)}>
          <ClippedName>{id.slice(asset.length + 1)}</ClippedName>
        </Link>
      ),
    },
    { id: 'state', label: i18n.t('State'), className: 'bare', cell: row => <StatePills {...row} /> },
    {
      id: 'confirmed',
      label: i18n.t('Confirmed'),
      cell: ({ lastConfirmed }) => (lastConfirmed === null ? '–' : <Age at={lastConfirmed} />),
    },
    { id: 'next', label: i18n.t('Next'), cell: ({ due }) => (due === null ? '–' : <Age at={due} />) },
    { id: 'via', label: i18n.t('Connector'), cell: ({ via }) => <code>{via}</code> },
  ]
}
