import { i18n } from '@lingui/core'
import { iconAssetNetwork } from '@siemens/ix-icons/icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { Answer, Loading } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Page } from '../../components/page.tsx'
import { request } from '../../requests/request.ts'
import { Link } from '../../routing/link.tsx'

const PurdueMap = lazy(async () => ({ default: (await import('./purdue-map.tsx')).PurdueMap }))

const mapQuery = queryOptions({
  queryKey: ['map'],
  queryFn: ({ signal }) => request<PlantMap>('/api/map', { signal }),
})

export function MapPage() {
  const query = useQuery(mapQuery)
  return (
    <Page
      title={i18n.t('Map')}
      actions={
        <span className="buttons">
          <Link className="btn" href="/flows">
            {i18n.t('Flows for the firewall')}
          </Link>
          <Link className="btn" href="/items?show=assets">
            {i18n.t('The same as a list')}
          </Link>
        </span>
      }
    >
      <Answer query={query}>
        {map =>
          map.zones.length === 0 ? (
            <div className="card">
              <Empty icon={iconAssetNetwork} title={i18n.t('No zone is described yet')}>
                <p>{i18n.t('Zones group assets on one Purdue level. They are described in site.yaml.')}</p>
                <Link className="btn" href="/start">
                  {i18n.t('Describe a device')}
                </Link>
              </Empty>
            </div>
          ) : (
            <Suspense fallback={<Loading />}>
              <PurdueMap map={map} />
            </Suspense>
          )
        }
      </Answer>
    </Page>
  )
}
