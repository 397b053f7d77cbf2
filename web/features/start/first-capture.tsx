import { i18n } from '@lingui/core'
import { iconCircle, iconRefresh, iconSuccessFilled } from '@siemens/ix-icons/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Item, ItemRow, Items } from '../../../src/api/schema/item.ts'
import type { Overview } from '../../../src/api/schema/overview.ts'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { RunProgress } from '../../components/run-progress.tsx'
import { SetSecret } from '../../components/set-secret.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { told, toldFailure } from '../../text/told.ts'
import { itemQuery, runsQuery } from '../item/item-queries.ts'
import { captureNow } from '../items/capture-requests.ts'
import { DescribedDevices, isExample } from './described-devices.tsx'
import './start.css'

/** From nothing to the first capture; gone once there is one. */
export function FirstCapture({ overview }: { overview: Overview }) {
  const { assets, items, never } = overview.counts
  const edits = useMay('edit-site')
  const first = useFirstItem()
  const onlyExample = first !== undefined && items === 1 && isExample(first)
  if (items > 0 && never < items) return null
  return (
    <section className="card first-steps" aria-labelledby="first-steps">
      <div className="card-head">
        <h2 id="first-steps">{i18n.t('To the first capture')}</h2>
        <p className="soft">{i18n.t('Three steps, a few minutes.')}</p>
      </div>
      <ol>
        <Step done={items > 0 && !onlyExample} title={i18n.t('Describe one device')}>
          {items === 0 ? (
            <p>
              {i18n.t('Begin with one device whose program you would miss most. The others follow in the same way.')}
            </p>
          ) : (
            <>
              <p className="soft">
                {i18n.t(
                  '{assets, plural, one {# asset} other {# assets}} with {items, plural, one {# item} other {# items}}',
                  { assets, items },
                )}
              </p>
              <DescribedDevices />
            </>
          )}
          {edits && (
            <Link className={items === 0 || onlyExample ? 'btn primary' : 'btn'} href="/start">
              {items === 0 ? i18n.t('Describe a device') : i18n.t('Add a device')}
            </Link>
          )}
        </Step>
        {first !== undefined && <FirstItemSteps id={first.id} />}
      </ol>
    </section>
  )
}

/** The item to begin with: one that was never read, and is no example if there is another. */
function useFirstItem(): ItemRow | undefined {
  const rows =
    useQuery({
      queryKey: ['items', 'first'],
      queryFn: ({ signal }) => request<Items>('/api/items?state=never&limit=50', { signal }),
    }).data?.rows ?? []
  return rows.find(row => !isExample(row)) ?? rows[0]
}

function FirstItemSteps({ id }: { id: string }) {
  const { data: item } = useQuery(itemQuery(id))
  const may = useMay('set-secrets')
  if (item === undefined) return null
  const missing = item.secrets.filter(({ set }) => !set)
  return (
    <>
      <Step done={missing.length === 0} title={i18n.t('Tell the node the password of the device')}>
        {missing.length === 0 ? (
          <p className="soft">{i18n.t('Nothing is missing.')}</p>
        ) : (
          <>
            {!may && (
              <p>
                {i18n.t('On the node’s machine, once for each; it is asked for, encrypted, and never shown again:')}
              </p>
            )}
            {missing.map(({ name }) => (
              <SetSecret key={name} name={name} />
            ))}
          </>
        )}
      </Step>
      <CaptureStep item={item} />
    </>
  )
}

function CaptureStep({ item }: { item: Item }) {
  const run = useQuery(runsQuery).data?.rows.find(one => one.item === item.id)
  const capture = useMutation({
    mutationFn: () => captureNow([item.id], true),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <Step done={false} title={i18n.t('Capture it')}>
      <p>
        <Link href={itemPath(item.id)}>
          <Name>{item.id}</Name>
        </Link>{' '}
        <span className="soft">{i18n.t('Reading changes nothing on the device.')}</span>
      </p>
      {run !== undefined && run.state !== 'ended' && <RunProgress run={run} />}
      {run?.error != null && (
        <p className="bad-text">
          <Name>{toldFailure(run.error)}</Name> <Name>{told(run.error.remedy)}</Name>
        </p>
      )}
      <div>
        <Button
          kind="primary"
          icon={iconRefresh}
          busy={capture.isPending || item.run !== null}
          onClick={() => capture.mutate()}
        >
          {i18n.t('Capture now')}
        </Button>
      </div>
    </Step>
  )
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
  return (
    <li className={done ? 'done' : ''}>
      <Icon of={done ? iconSuccessFilled : iconCircle} label={done ? i18n.t('done') : i18n.t('to do')} />
      <div className="stack">
        <h3>{title}</h3>
        {children}
      </div>
    </li>
  )
}
