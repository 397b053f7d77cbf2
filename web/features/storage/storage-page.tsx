import { i18n } from '@lingui/core'
import { iconStorage } from '@siemens/ix-icons/icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Answer, Loading } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Page } from '../../components/page.tsx'
import { request } from '../../requests/request.ts'
import './storage.css'
import { NodeItems } from './node-items.tsx'
import { OwnZones } from './own-zones.tsx'
import { Places } from './place-table.tsx'
import { ByAsset } from './storage-by-asset.tsx'
import { Figures } from './storage-figures.tsx'
import { VerifyPart } from './verify-part.tsx'

const GrowthChart = lazy(async () => ({ default: (await import('./growth-chart.tsx')).GrowthChart }))

const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: ({ signal }) => request<Storage>('/api/storage', { signal }),
})

export function StoragePage() {
  const query = useQuery(storageQuery)
  return (
    <Page title={i18n.t('Storage')}>
      <Answer query={query}>
        {storage => {
          // the node tells the place of the repository to whoever sees the whole site
          if (storage.repository.location === '') return <OwnZones storage={storage} />
          return (
            <>
              <Figures storage={storage} />
              <section className="card" aria-labelledby="growth">
                <div className="card-head">
                  <h2 id="growth">{i18n.t('Growth')}</h2>
                  <p className="soft small">{i18n.t('What devices gave in all, and what was new of it, by day')}</p>
                </div>
                {storage.growth.length < 2 ? (
                  <Empty small icon={iconStorage} title={i18n.t('Too early for a curve')}>
                    <p>{i18n.t('From the second day on, the growth is drawn here.')}</p>
                  </Empty>
                ) : (
                  <div className="card-body">
                    <Suspense fallback={<Loading />}>
                      <GrowthChart growth={storage.growth} />
                    </Suspense>
                  </div>
                )}
              </section>
              {storage.places.length > 0 && <VerifyPart />}
              <Places storage={storage} />
              <ByAsset storage={storage} />
              <NodeItems />
            </>
          )
        }}
      </Answer>
    </Page>
  )
}
