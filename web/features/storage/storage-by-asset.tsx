import { i18n } from '@lingui/core'
import { iconStorage } from '@siemens/ix-icons/icons'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Empty } from '../../components/empty.tsx'
import { ClippedName } from '../../components/name.tsx'
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
        <div className="table-frame">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">{i18n.t('Asset')}</th>
                <th scope="col">{i18n.t('Versions')}</th>
                <th scope="col">{i18n.t('Newest')}</th>
                <th scope="col">{i18n.t('All versions')}</th>
                <th scope="col" className="share">
                  <span className="hidden-text">{i18n.t('Share')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {storage.assets.slice(0, 200).map(row => (
                <tr key={row.asset}>
                  <td className="main-cell">
                    <Link href={`/assets/${encodeURIComponent(row.asset)}`}>
                      <ClippedName>{row.name ?? row.asset}</ClippedName>
                    </Link>
                  </td>
                  <td className="num">{row.versions.toLocaleString(i18n.locale)}</td>
                  <td className="num">{formatBytes(row.latest)}</td>
                  <td className="num">{formatBytes(row.bytes)}</td>
                  <td>
                    <div className="meter" aria-hidden="true">
                      <span style={{ width: `${(row.bytes / most) * 100}%` }} />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
