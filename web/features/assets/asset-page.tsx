import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Asset } from '../../../src/api/schema/asset.ts'
import { Answer } from '../../components/answer.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { NoSuch } from '../../components/no-such.tsx'
import { Page } from '../../components/page.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { request } from '../../requests/request.ts'
import { Link } from '../../routing/link.tsx'
import type { RouteProps } from '../../routing/routes.ts'
import { assetKindWord, exposureWord } from '../../text/kind-words.ts'
import { classWord } from '../../text/words.ts'
import { FindingList } from '../risk/finding-list.tsx'
import { assetIcon } from './asset-icon.ts'
import { ItemsOfAsset } from './asset-items.tsx'

const assetQuery = (asset: string) =>
  queryOptions({
    queryKey: ['assets', 'one', asset],
    queryFn: ({ signal }) => request<Asset>(`/api/assets/${encodeURIComponent(asset)}`, { signal }),
  })

export function AssetPage({ parts }: RouteProps) {
  const id = parts[0] ?? ''
  const query = useQuery(assetQuery(id))
  return (
    <Page
      title={id}
      heading={
        <span className="with-icon">
          <Icon of={assetIcon(query.data?.kind ?? 'other')} />
          <Name>{query.data?.name ?? id}</Name>
        </span>
      }
    >
      <Answer
        query={query}
        absent={error => (
          <NoSuch
            {...{ id, error }}
            title={i18n.t('There is no such asset')}
            list={{ href: '/items?show=assets', label: i18n.t('All assets') }}
            pathOf={meant => `/assets/${encodeURIComponent(meant)}`}
          />
        )}
      >
        {asset => (
          <>
            <StatePills {...asset} />
            <Facts asset={asset} />
            <ItemsOfAsset asset={asset} />
            <FindingList of={asset.id} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Facts({ asset }: { asset: Asset }) {
  const facts: readonly (readonly [string, string | null])[] = [
    [i18n.t('Id'), asset.id],
    [i18n.t('Kind'), assetKindWord(asset.kind)],
    [i18n.t('Vendor, model'), [asset.vendor, asset.model].filter(Boolean).join(' ') || null],
    [i18n.t('Serial number'), asset.serial],
    [i18n.t('Firmware'), asset.firmware],
    [i18n.t('Address'), asset.address],
    [i18n.t('Zone'), `${asset.zoneName ?? asset.zone} · ${i18n.t('level {level}', { level: asset.level })}`],
    [i18n.t('Credential domain'), asset.domain],
    [i18n.t('Criticality'), classWord(asset.class)],
    [i18n.t('Exposure'), asset.exposure.map(exposureWord).join(', ') || null],
    [i18n.t('Notes'), asset.notes],
  ]
  return (
    <section className="card card-body facts-card" aria-label={i18n.t('Facts')}>
      <dl className="facts">
        {facts.map(
          ([label, value]) =>
            value !== null && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  <Name>{value}</Name>
                </dd>
              </div>
            ),
        )}
        <Related label={i18n.t('Needs')} ids={asset.needs} path="/assets/" />
        <Related label={i18n.t('Needed by')} ids={asset.neededBy} path="/assets/" />
        <Related label={i18n.t('Processes')} ids={asset.processes} path="/processes/" />
      </dl>
    </section>
  )
}

function Related({ label, ids, path }: { label: string; ids: readonly string[]; path: string }) {
  if (ids.length === 0) return null
  return (
    <div>
      <dt>{label}</dt>
      <dd className="row">
        {ids.map(id => (
          <Link key={id} href={`${path}${encodeURIComponent(id)}`}>
            <Name>{id}</Name>
          </Link>
        ))}
      </dd>
    </div>
  )
}
