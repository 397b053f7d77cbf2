import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Item } from '../../../src/api/schema/item.ts'
import { Answer } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Name } from '../../components/name.tsx'
import { NoSuch } from '../../components/no-such.tsx'
import { Page } from '../../components/page.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Age } from '../../components/time.tsx'
import type { RequestError } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useQueryWord } from '../../routing/location.ts'
import type { RouteProps } from '../../routing/routes.ts'
import { told, toldFailure } from '../../text/told.ts'
import { CopiesPart } from './copies-part.tsx'
import { DifferencePart } from './difference-part.tsx'
import { FilesPart } from './files-part.tsx'
import { ItemActions } from './item-actions.tsx'
import { ItemCapture } from './item-capture.tsx'
import { ItemFacts } from './item-facts.tsx'
import { itemQuery } from './item-queries.ts'
import { ItemRuns } from './item-runs.tsx'
import { MissingSecrets } from './missing-secrets.tsx'
import { NodeItemPage } from './node-item-page.tsx'
import { TimelinePart } from './timeline-part.tsx'
import './item.css'

export function ItemPage({ parts }: RouteProps) {
  return parts[0] === 'node' ? <NodeItemPage id={parts.join('/')} /> : <PlantItemPage parts={parts} />
}

function PlantItemPage({ parts }: RouteProps) {
  const id = parts.join('/')
  const query = useQuery(itemQuery(id))
  const asked = useQueryWord('part')
  const part = asked ?? (query.data?.drifted === true ? 'difference' : 'timeline')
  const tabs = [
    { name: 'timeline', label: i18n.t('Timeline'), href: itemPath(id, { part: 'timeline' }) },
    { name: 'difference', label: i18n.t('Difference'), href: itemPath(id, { part: 'difference' }) },
    { name: 'files', label: i18n.t('Files'), href: itemPath(id, { part: 'files' }) },
    { name: 'copies', label: i18n.t('Copies'), href: itemPath(id, { part: 'copies' }) },
  ]
  return (
    <Page
      title={id}
      heading={
        <>
          {query.isError && query.data === undefined ? (
            <Name>{parts[0] ?? ''}</Name>
          ) : (
            <Link href={`/assets/${encodeURIComponent(parts[0] ?? '')}`}>
              <Name>{query.data?.assetName ?? parts[0] ?? ''}</Name>
            </Link>
          )}{' '}
          <span className="soft">/</span> <Name>{parts[1] ?? ''}</Name>
        </>
      }
      actions={query.data && <ItemActions item={query.data} />}
    >
      <Answer query={query} absent={error => <NoItem id={id} error={error} />}>
        {item => (
          <>
            <div className="item-state">
              <StatePills {...item} />
              <ItemCapture item={item} />
            </div>
            {item.failure !== null && <LastFailure item={item} failure={item.failure} />}
            <MissingSecrets item={item} />
            <ItemRuns item={item} />
            <ItemFacts item={item} folded={part === 'difference' || part === 'files'} />
            <Tabs tabs={tabs} current={part} label={i18n.t('Parts of the item')} />
            {part === 'difference' && <DifferencePart item={item} />}
            {part === 'timeline' && <TimelinePart item={item} />}
            {part === 'files' && <FilesPart item={item} />}
            {part === 'copies' && <CopiesPart item={item} />}
          </>
        )}
      </Answer>
    </Page>
  )
}

/** A secret that is missing is asked for below it. */
function LastFailure({ item, failure }: { item: Item; failure: NonNullable<Item['failure']> }) {
  const asks = failure.code === 'secret-missing' && item.secrets.some(({ set }) => !set)
  return (
    <Banner
      tone="bad"
      inside
      title={asks ? i18n.t('It could not be read: a secret is not set.') : <Name>{toldFailure(failure)}</Name>}
    >
      {!asks && failure.remedy !== '' && (
        <>
          <Name>{told(failure.remedy)}</Name> <span className="soft">·</span>{' '}
        </>
      )}
      <span className="soft">
        <Age at={failure.time} />
      </span>
    </Banner>
  )
}

function NoItem({ id, error }: { id: string; error: RequestError }) {
  return (
    <NoSuch
      {...{ id, error }}
      title={i18n.t('There is no such item')}
      list={{ href: '/items', label: i18n.t('All items') }}
      // of an asset that has no such item, the asset
      pathOf={meant => (meant.includes('/') ? itemPath(meant) : `/assets/${encodeURIComponent(meant)}`)}
    />
  )
}
