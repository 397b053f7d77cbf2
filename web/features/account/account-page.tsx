import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Account } from '../../../src/api/schema/people.ts'
import { Answer } from '../../components/answer.tsx'
import { Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { request } from '../../requests/request.ts'
import { roleWord, zonesWord } from '../../text/words.ts'
import { Password } from './own-password.tsx'
import { Sessions } from './own-sessions.tsx'
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
                <div>
                  <dt>{i18n.t('May')}</dt>
                  {account.grants.map(grant => (
                    <dd key={`${grant.role} ${grant.zones}`}>
                      {roleWord(grant.role)} · <Name>{zonesWord(grant)}</Name>
                    </dd>
                  ))}
                </div>
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
