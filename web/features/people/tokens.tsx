import { i18n } from '@lingui/core'
import { iconKey } from '@siemens/ix-icons/icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Token } from '../../../src/api/schema/people.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Age, Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { request } from '../../requests/request.ts'
import { roleWord, zonesWord } from '../../text/words.ts'
import { TokenDialog } from './token-dialog.tsx'

const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<{ rows: readonly Token[] }>('/api/tokens', { signal }),
})

/** What scripts and other programs come in with. */
export function Tokens() {
  const query = useQuery(tokensQuery)
  const [making, setMaking] = useState(false)
  return (
    <section className="card" aria-labelledby="tokens">
      <div className="card-head">
        <h2 id="tokens">{i18n.t('Tokens for programs')}</h2>
        <Button onClick={() => setMaking(true)}>{i18n.t('Make a token')}</Button>
      </div>
      <Answer query={query} lines={2}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty small icon={iconKey} title={i18n.t('No program has a token')} />
          ) : (
            <PlainTable rows={rows} columns={tokenColumns()} keyOf={({ name }) => name} />
          )
        }
      </Answer>
      {making && <TokenDialog onClose={() => setMaking(false)} />}
    </section>
  )
}

function tokenColumns(): readonly Column<Token>[] {
  return [
    { id: 'name', label: i18n.t('Name'), className: 'main-cell', cell: ({ name }) => <Name>{name}</Name> },
    {
      id: 'may',
      label: i18n.t('May'),
      className: 'whole-row bare',
      cell: ({ grants }) =>
        grants.map(grant => (
          <p key={`${grant.role} ${grant.zones}`}>
            {roleWord(grant.role)} · <Name>{zonesWord(grant)}</Name>
          </p>
        )),
    },
    { id: 'by', label: i18n.t('Made by'), cell: ({ by }) => <Name>{by}</Name> },
    {
      id: 'used',
      label: i18n.t('Last used'),
      cell: ({ used, usedFrom }) =>
        used === null ? (
          i18n.t('never')
        ) : (
          <>
            <Age at={used} /> <Name>{usedFrom ?? ''}</Name>
          </>
        ),
    },
    { id: 'ends', label: i18n.t('Ends'), cell: ({ expires }) => <Time at={expires} /> },
    {
      id: 'act',
      label: i18n.t('Act'),
      hidesLabel: true,
      className: 'end whole-row',
      cell: token => <TakeBack token={token} />,
    },
  ]
}

function TakeBack({ token }: { token: Token }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => request(`/api/tokens/${encodeURIComponent(token.name)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <Button small kind="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
      {i18n.t('Take it back')}
    </Button>
  )
}
