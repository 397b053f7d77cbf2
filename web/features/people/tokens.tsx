import { i18n } from '@lingui/core'
import { iconKey } from '@siemens/ix-icons/icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Token } from '../../../src/api/schema/people.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { Age, Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
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
            <div className="table-frame">
              <table className="grid">
                <thead>
                  <tr>
                    <th scope="col">{i18n.t('Name')}</th>
                    <th scope="col">{i18n.t('May')}</th>
                    <th scope="col">{i18n.t('Made by')}</th>
                    <th scope="col">{i18n.t('Last used')}</th>
                    <th scope="col">{i18n.t('Ends')}</th>
                    <th scope="col">
                      <span className="hidden-text">{i18n.t('Act')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(token => (
                    <TokenRow key={token.name} token={token} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
      {making && <TokenDialog onClose={() => setMaking(false)} />}
    </section>
  )
}

function TokenRow({ token }: { token: Token }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => request(`/api/tokens/${encodeURIComponent(token.name)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <tr>
      <td className="main-cell">
        <Name>{token.name}</Name>
      </td>
      <td>
        {token.grants.map(grant => (
          <p key={`${grant.role} ${grant.zones}`}>
            {roleWord(grant.role)} · <Name>{zonesWord(grant)}</Name>
          </p>
        ))}
      </td>
      <td>
        <Name>{token.by}</Name>
      </td>
      <td>
        {token.used === null ? (
          i18n.t('never')
        ) : (
          <>
            <Age at={token.used} /> <Name>{token.usedFrom ?? ''}</Name>
          </>
        )}
      </td>
      <td>
        <Time at={token.expires} />
      </td>
      <td className="end">
        <Button small kind="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          {i18n.t('Take it back')}
        </Button>
      </td>
    </tr>
  )
}
