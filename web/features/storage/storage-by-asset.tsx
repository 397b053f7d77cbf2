import { i18n } from '@lingui/core'
import { iconStorage } from '@siemens/ix-icons/icons'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Empty } from '../../components/empty.tsx'
import { ClippedName } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { Link } from '../../routing/link.tsx'
import { formatBytes } from '../../text/format-bytes.ts'

export function ByAsset({ storage }: { storage: Storage }) {
  const most = Math.max(1, ...storage.assets.map(({ bytes }) => bytes))
  return (
    <section className="card" aria-labelledby="by-asset">
      <div className="card-head">
        <h2 id="by-asset">{i18n.t('By asset')}</h2>
        <p className="soft small">{i18n.t('All versions as the devices gave them, before deduplication')}</p>
      </div>
      {storage.assets.length === 0 ? (
        <Empty icon={iconStorage} title={i18n.t('Nothing is stored yet')} />
      ) : (
        <PlainTable rows={storage.assets.slice(0, 200)} columns={assetColumns(most)} keyOf={({ asset }) => asset} />
      )}
    </section>
  )
}

function assetColumns(most: number): readonly Column<Storage['assets'][number]>[] {
  return [
    {
      id: 'asset',
      label: i18n.t('Asset'),
      className: 'main-cell',
      cell: ({ asset, name }) => (
        <Link href={`/assets/${encodeURIComponent(asset)}`}>
          <ClippedName>{name ?? asset}</ClippedName>
        </Link>
      ),
    },
    {
      id: 'versions',
      label: i18n.t('Versions'),
      className: 'num',
      cell: ({ versions }) => versions.toLocaleString(i18n.locale),
    },
    { id: 'newest', label: i18n.t('Newest'), className: 'num', cell: ({ latest }) => formatBytes(latest) },
    { id: 'all', label: i18n.t('All versions'), className: 'num', cell: ({ bytes }) => formatBytes(bytes) },
    {
      id: 'share',
      label: i18n.t('Share'),
      hidesLabel: true,
      className: 'share',
      cell: ({ bytes }) => (
        <div className="meter" aria-hidden="true">
          <span style={{ width: `${(bytes / most) * 100}%` }} />
        </div>
      ),
    },
  ]
}
