import { i18n } from '@lingui/core'
import { iconFlashing, iconNotification } from '@siemens/ix-icons/icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Notifications, Triggers } from '../../../src/api/schema/node-state.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { Age } from '../../components/time.tsx'
import { request } from '../../requests/request.ts'
import { told } from '../../text/told.ts'
import { TriggerRow } from './trigger-row.tsx'

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
              <div className="table-frame">
                <table className="grid">
                  <thead>
                    <tr>
                      <th scope="col">{i18n.t('Channel')}</th>
                      <th scope="col">{i18n.t('Kind')}</th>
                      <th scope="col">{i18n.t('Waiting')}</th>
                      <th scope="col">{i18n.t('Sent')}</th>
                      <th scope="col">{i18n.t('Given up')}</th>
                      <th scope="col">{i18n.t('Last sent')}</th>
                      <th scope="col">{i18n.t('Last error')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {channels.map(one => (
                      <tr key={one.id}>
                        <td className="main-cell">
                          <Name>{one.id}</Name>
                        </td>
                        <td>{one.kind}</td>
                        <td className="num">{one.waiting}</td>
                        <td className="num">{one.sent}</td>
                        <td className="num">{one.dropped}</td>
                        <td>{one.lastSent === null ? '–' : <Age at={one.lastSent} />}</td>
                        <td className="sentence">
                          <LastError channel={one} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
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
              <div className="table-frame">
                <table className="grid">
                  <thead>
                    <tr>
                      <th scope="col">{i18n.t('Trigger')}</th>
                      <th scope="col">{i18n.t('State')}</th>
                      <th scope="col">{i18n.t('What it watches')}</th>
                      <th scope="col">{i18n.t('Seen last')}</th>
                      <th scope="col">{i18n.t('From unknown addresses')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map(one => (
                      <TriggerRow key={one.id} trigger={one} />
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Answer>
      </section>
    </>
  )
}

/** With its time: what was delivered since shows that it is over. */
function LastError({ channel: { lastError, lastErrorAt, lastSent } }: { channel: Notifications['channels'][number] }) {
  if (lastError === null || lastErrorAt === null) return '–'
  const isOver = lastSent !== null && Date.parse(lastSent) > Date.parse(lastErrorAt)
  return (
    <span className={isOver ? 'soft' : undefined}>
      <Age at={lastErrorAt} />: <Name>{told(lastError)}</Name>
    </span>
  )
}
