import { i18n } from '@lingui/core'
import { iconDisconnected } from '@siemens/ix-icons/icons'
import type { Asset } from '../../../src/api/schema/asset.ts'
import { Empty } from '../../components/empty.tsx'
import { ClippedName } from '../../components/name.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Age } from '../../components/time.tsx'
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
        <div className="table-frame">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">{i18n.t('Item')}</th>
                <th scope="col">{i18n.t('State')}</th>
                <th scope="col">{i18n.t('Confirmed')}</th>
                <th scope="col">{i18n.t('Next')}</th>
                <th scope="col">{i18n.t('Connector')}</th>
              </tr>
            </thead>
            <tbody>
              {asset.rows.map(row => (
                <tr key={row.id}>
                  <td className="main-cell">
                    <Link href={itemPath(row.id)}>
                      <ClippedName>{row.id.slice(row.asset.length + 1)}</ClippedName>
                    </Link>
                  </td>
                  <td>
                    <StatePills {...row} />
                  </td>
                  <td>{row.lastConfirmed === null ? '–' : <Age at={row.lastConfirmed} />}</td>
                  <td>{row.due === null ? '–' : <Age at={row.due} />}</td>
                  <td>
                    <code>{row.via}</code>
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
