import { i18n } from '@lingui/core'
import { iconFlashing, iconNotification } from '@siemens/ix-icons/icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Notifications, Triggers } from '../../../src/api/schema/node-state.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Age } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { request } from '../../requests/request.ts'
import { told } from '../../text/told.ts'
import { triggerColumns } from './trigger-columns.tsx'

type Channel = Notifications['channels'][number]

const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => request<Notifications>('/api/notifications', { signal }),
  refetchInterval: 30_000,
})
const triggersQuery = queryOptions({
  queryKey: ['triggers'],
  queryFn: ({ signal }) => request<Triggers>('/api/triggers', { signal }),
  refetchInterval: 30_000,
})

/** How the node tells people, and how it hears of changes. Both are described in site.yaml. */
export function NodePart() {
  const notifications = useQuery(notificationsQuery)
  const triggers = useQuery(triggersQuery)
  return (
    <>
      <section className="card" aria-labelledby="notifications">
        <div className="card-head">
          <h2 id="notifications">{i18n.t('Notifications')}</h2>
        </div>
        <Answer query={notifications}>
          {({ channels }) =>
            channels.length === 0 ? (
              <Empty icon={iconNotification} title={i18n.t('Nobody is told of anything')}>
                <p>{i18n.t('Describe under notify in site.yaml who is told of what: by e-mail, syslog or webhook.')}</p>
              </Empty>
            ) : (
              <PlainTable rows={channels} columns={channelColumns()} keyOf={({ id }) => id} />
            )
          }
        </Answer>
      </section>
      <section className="card" aria-labelledby="triggers">
        <div className="card-head">
          <h2 id="triggers">{i18n.t('Change triggers')}</h2>
        </div>
        <Answer query={triggers}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty icon={iconFlashing} title={i18n.t('No trigger is described')}>
                <p>
                  {i18n.t(
                    'Without one, a change is seen at the next capture. A trigger sees it within seconds: a watched folder, syslog, SNMP or an HTTP hook, under triggers in site.yaml.',
                  )}
                </p>
              </Empty>
            ) : (
              <PlainTable rows={rows} columns={triggerColumns()} keyOf={({ id }) => id} />
            )
          }
        </Answer>
      </section>
    </>
  )
}

function channelColumns(): readonly Column<Channel>[] {
  return [
    { id: 'channel', label: i18n.t('Channel'), className: 'main-cell', cell: ({ id }) => <Name>{id}</Name> },
    { id: 'kind', label: i18n.t('Kind'), cell: ({ kind }) => kind },
    { id: 'waiting', label: i18n.t('Waiting'), className: 'num', cell: ({ waiting }) => waiting },
    { id: 'sent', label: i18n.t('Sent'), className: 'num', cell: ({ sent }) => sent },
    { id: 'dropped', label: i18n.t('Given up'), className: 'num', cell: ({ dropped }) => dropped },
    {
      id: 'last',
      label: i18n.t('Last sent'),
      cell: ({ lastSent }) => (lastSent === null ? '–' : <Age at={lastSent} />),
    },
    {
      id: 'error',
      label: i18n.t('Last error'),
      className: 'sentence',
      cell: channel => <LastError channel={channel} />,
    },
  ]
}

/** With its time: what was delivered since shows that it is over. */
function LastError({ channel: { lastError, lastErrorAt, lastSent } }: { channel: Channel }) {
  if (lastError === null || lastErrorAt === null) return '–'
  const isOver = lastSent !== null && Date.parse(lastSent) > Date.parse(lastErrorAt)
  return (
    <span className={isOver ? 'soft' : undefined}>
      <Age at={lastErrorAt} />: <Name>{told(lastError)}</Name>
    </span>
  )
}
