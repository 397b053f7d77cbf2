import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Account } from '../../../src/api/schema/people.ts'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { Age, Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'

export function Sessions({ account }: { account: Account }) {
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: (id: string) => request(`/api/account/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['account'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <section className="card" aria-labelledby="sessions">
      <div className="card-head">
        <h2 id="sessions">{i18n.t('Where you are signed in')}</h2>
      </div>
      <div className="table-frame">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{i18n.t('Where from')}</th>
              <th scope="col">{i18n.t('Browser')}</th>
              <th scope="col">{i18n.t('Began')}</th>
              <th scope="col">{i18n.t('Last seen')}</th>
              <th scope="col">
                <span className="hidden-text">{i18n.t('Act')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {account.sessions.map(session => (
              <tr key={session.id}>
                <td className="main-cell">
                  <Name>{session.from}</Name>
                </td>
                <td>
                  <Name>{session.agent}</Name>
                </td>
                <td>
                  <Time at={session.began} />
                </td>
                <td>
                  <Age at={session.seen} />
                </td>
                <td className="end">
                  {session.own ? (
                    <span className="soft">{i18n.t('this one')}</span>
                  ) : (
                    <Button small busy={end.isPending} onClick={() => end.mutate(session.id)}>
                      {i18n.t('End it')}
                    </Button>
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
