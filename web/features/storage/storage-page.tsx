import { i18n } from '@lingui/core'
import { iconStorage } from '@siemens/ix-icons/icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Answer, Loading } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { ClippedName, Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { Age, Time } from '../../components/time.tsx'
import { request } from '../../requests/request.ts'
import { Link } from '../../routing/link.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { formatDuration } from '../../text/format-duration.ts'
import './storage.css'

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
        {storage => (
          <>
            <Figures storage={storage} />
            <section className="card" aria-labelledby="growth">
              <div className="card-head">
                <h2 id="growth">{i18n.t('Growth')}</h2>
                <p className="soft small">{i18n.t('What devices gave in all, and what was new of it, by day')}</p>
              </div>
              <div className="card-body">
                {storage.growth.length < 2 ? (
                  <Empty icon={iconStorage} title={i18n.t('Too early for a curve')}>
                    <p>{i18n.t('From the second day on, the growth is drawn here.')}</p>
                  </Empty>
                ) : (
                  <Suspense fallback={<Loading />}>
                    <GrowthChart growth={storage.growth} />
                  </Suspense>
                )}
              </div>
            </section>
            <Places storage={storage} />
            <ByAsset storage={storage} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Figures({ storage }: { storage: Storage }) {
  const { repository, counted } = storage
  const known = (bytes: number | null) => (bytes === null ? i18n.t('not counted yet') : formatBytes(bytes))
  const used = repository.disk !== null && repository.free !== null ? 1 - repository.free / repository.disk : null
  return (
    <section className="card padded stack" aria-label={i18n.t('In figures')}>
      <dl className="facts figures">
        <div>
          <dt>{i18n.t('On the disk')}</dt>
          <dd className="figure num">{known(repository.stored)}</dd>
        </div>
        <div>
          <dt>{i18n.t('All versions as the devices gave them')}</dt>
          <dd className="figure num">{formatBytes(repository.logical)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Saved by deduplication and compression')}</dt>
          <dd className="figure num">
            {repository.ratio === null
              ? '–'
              : i18n.t('{factor} times', {
                  factor: repository.ratio.toLocaleString(i18n.locale, { maximumFractionDigits: 1 }),
                })}
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Versions')}</dt>
          <dd className="figure num">{repository.versions.toLocaleString(i18n.locale)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Catalog')}</dt>
          <dd className="num">{known(storage.catalog)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Journal')}</dt>
          <dd className="num">{known(storage.journal)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Where')}</dt>
          <dd>
            <Name>{repository.location}</Name>
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Counted')}</dt>
          <dd>{counted === null ? i18n.t('not yet') : <Age at={counted} />}</dd>
        </div>
      </dl>
      {used !== null && (
        <div>
          <div
            className="meter"
            role="img"
            aria-label={i18n.t('{share} % of the disk is used', { share: Math.round(used * 100) })}
          >
            <span style={{ width: `${used * 100}%` }} />
          </div>
          <p className="soft small">
            {i18n.t('{free} free of {disk}', { free: known(repository.free), disk: known(repository.disk) })}
          </p>
        </div>
      )}
    </section>
  )
}

function Places({ storage }: { storage: Storage }) {
  return (
    <section className="card" aria-labelledby="places">
      <div className="card-head">
        <h2 id="places">{i18n.t('Places of copies')}</h2>
      </div>
      <div className="table-frame">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{i18n.t('Place')}</th>
              <th scope="col">{i18n.t('Medium')}</th>
              <th scope="col">{i18n.t('Location')}</th>
              <th scope="col">{i18n.t('Credential domain')}</th>
              <th scope="col">{i18n.t('Protection')}</th>
              <th scope="col">{i18n.t('Verified')}</th>
            </tr>
          </thead>
          <tbody>
            {storage.places.map(place => (
              <tr key={place.id}>
                <td className="main-cell">
                  <Name>{place.id}</Name>
                </td>
                <td>{place.medium}</td>
                <td>
                  <Name>{place.location}</Name>
                </td>
                <td>
                  <Name>{place.domain}</Name>
                </td>
                <td>
                  {[
                    place.online ? i18n.t('online') : i18n.t('offline'),
                    place.offsite ? i18n.t('off site') : null,
                    place.locked === null
                      ? i18n.t('not locked')
                      : i18n.t('locked for {time}', { time: formatDuration(place.locked) }),
                  ]
                    .filter(Boolean)
                    .join(', ')}
                </td>
                <td>
                  {place.verified === null ? (
                    i18n.t('never')
                  ) : (
                    <>
                      <Time at={place.verified.time} />{' '}
                      {place.verified.errors > 0 && (
                        <span className="bad-text">
                          {i18n.t('{count, plural, one {# error} other {# errors}}', { count: place.verified.errors })}
                        </span>
                      )}
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function ByAsset({ storage }: { storage: Storage }) {
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
