import { i18n } from '@lingui/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Account } from '../../../src/api/schema/people.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { Age, Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { roleWord, zonesWord } from '../../text/words.ts'
import { NewPassword } from '../session/new-password.tsx'
import { Passkeys } from './passkeys.tsx'
import { Totp } from './totp.tsx'

const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => request<Account>('/api/account', { signal }),
})

export function AccountPage() {
  const query = useQuery(accountQuery)
  return (
    <Page title={i18n.t('My account')}>
      <Answer query={query}>
        {account => (
          <>
            <section className="card padded" aria-label={i18n.t('Facts')}>
              <dl className="facts">
                <div>
                  <dt>{i18n.t('Name')}</dt>
                  <dd>
                    <Name>{account.displayName}</Name> <span className="soft">{account.name}</span>
                  </dd>
                </div>
                {account.grants.map(grant => (
                  <div key={`${grant.role} ${grant.zones}`}>
                    <dt>{roleWord(grant.role)}</dt>
                    <dd>
                      <Name>{zonesWord(grant)}</Name>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
            <div className="grid-2">
              {account.hasPassword && <Password />}
              <Totp on={account.hasTotp} />
              <Passkeys passkeys={account.passkeys} />
            </div>
            <Sessions account={account} />
          </>
        )}
      </Answer>
    </Page>
  )
}

/** Every session ends with the old password: whoever changes it signs in anew. */
function Password() {
  const client = useQueryClient()
  const [needsCode, setNeedsCode] = useState(false)
  const change = useMutation({
    mutationFn: (body: { old: string; new: string; code?: string }) =>
      request<{ outcome: 'changed' | 'code-needed' }>('/api/account/password', { method: 'PUT', body }),
    onSuccess: ({ outcome }) => {
      if (outcome === 'code-needed') return setNeedsCode(true)
      toast(i18n.t('The password is changed. Sign in with the new one.'))
      void client.invalidateQueries({ queryKey: ['session'] })
    },
  })
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const words = new FormData(event.currentTarget)
    const code = String(words.get('code') ?? '').replaceAll(' ', '')
    const typed = { old: String(words.get('old')), new: String(words.get('new')) }
    change.mutate({ ...typed, ...(code === '' ? {} : { code }) })
  }
  return (
    <section className="card padded" aria-labelledby="password">
      <form className="stack" onSubmit={submit}>
        <h2 id="password">{i18n.t('Password')}</h2>
        {change.error !== null && (
          <Banner tone="bad" inside>
            {errorText(change.error)}
          </Banner>
        )}
        <Field label={i18n.t('Present password')}>
          {ties => <input {...ties} name="old" type="password" autoComplete="current-password" required />}
        </Field>
        <NewPassword name="new" />
        {needsCode && (
          <Field label={i18n.t('Code of your authenticator')}>
            {ties => <input {...ties} name="code" inputMode="numeric" autoComplete="one-time-code" required />}
          </Field>
        )}
        <div>
          <Button type="submit" busy={change.isPending}>
            {i18n.t('Change the password')}
          </Button>
        </div>
      </form>
    </section>
  )
}

function Sessions({ account }: { account: Account }) {
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
              <th scope="col">{i18n.t('From')}</th>
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
