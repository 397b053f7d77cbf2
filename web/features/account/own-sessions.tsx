import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Account } from '../../../src/api/schema/people.ts'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Age, Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { request } from '../../requests/request.ts'

export function Sessions({ account }: { account: Account }) {
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: (id: string) => request(`/api/account/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['account'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  const columns: readonly Column<Account['sessions'][number]>[] = [
    { id: 'from', label: i18n.t('Where from'), className: 'main-cell', cell: ({ from }) => <Name>{from}</Name> },
    { id: 'browser', label: i18n.t('Browser'), cell: ({ agent }) => <Name>{agent}</Name> },
    { id: 'began', label: i18n.t('Began'), cell: ({ began }) => <Time at={began} /> },
    { id: 'seen', label: i18n.t('Last seen'), cell: ({ seen }) => <Age at={seen} /> },
    {
      id: 'act',
      label: i18n.t('Act'),
      hidesLabel: true,
      className: 'end',
      cell: ({ id, own }) =>
        own ? (
          <span className="soft">{i18n.t('this one')}</span>
        ) : (
          <Button small busy={end.isPending} onClick={() => end.mutate(id)}>
            {i18n.t('End it')}
          </Button>
        ),
    },
  ]
  return (
    <section className="card" aria-labelledby="sessions">
      <div className="card-head">
        <h2 id="sessions">{i18n.t('Where you are signed in')}</h2>
      </div>
      <PlainTable rows={account.sessions} columns={columns} keyOf={({ id }) => id} />
    </section>
  )
}
