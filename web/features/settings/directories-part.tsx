import { i18n } from '@lingui/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Directory } from '../../../src/api/schema/directory.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { LdapDialog } from './ldap-dialog.tsx'
import { OidcDialog } from './oidc-dialog.tsx'

type Kind = Directory['unreadable'][number]

const directoryQuery = queryOptions({
  queryKey: ['directory'],
  queryFn: ({ signal }) => request<Directory>('/api/directory', { signal }),
})

/** Who else vouches for people. Local accounts go on working, whatever becomes of it. */
export function DirectoriesPart() {
  const query = useQuery(directoryQuery)
  const [open, setOpen] = useState<Kind | null>(null)
  const [ldap, oidc] = [query.data?.ldap ?? null, query.data?.oidc ?? null]
  const isLost = (kind: Kind) => query.data?.unreadable.includes(kind) ?? false
  return (
    <>
      <Banner tone="info" inside>
        {i18n.t(
          'Directories are asked beside the accounts of this node, never in their place: while a directory does not answer, its people cannot sign in, and everybody else can.',
        )}
      </Banner>
      <section className="card" aria-labelledby="ldap">
        <Head id="ldap" title={i18n.t('LDAP')} kind="ldap" isSet={ldap !== null || isLost('ldap')} onOpen={setOpen} />
        <div className="card-body">
          <Answer query={query} lines={2}>
            {() =>
              ldap === null ? (
                <NotSet isLost={isLost('ldap')} />
              ) : (
                <Facts address={ldap.url} who={ldap.bindAs} grants={ldap.grants} />
              )
            }
          </Answer>
        </div>
      </section>
      <section className="card" aria-labelledby="oidc">
        <Head
          id="oidc"
          title={i18n.t('OpenID Connect')}
          kind="oidc"
          isSet={oidc !== null || isLost('oidc')}
          onOpen={setOpen}
        />
        <div className="card-body">
          <Answer query={query} lines={2}>
            {() =>
              oidc === null ? (
                <NotSet isLost={isLost('oidc')} />
              ) : (
                <Facts address={oidc.issuer} who={oidc.clientId} grants={oidc.grants} />
              )
            }
          </Answer>
        </div>
      </section>
      {open === 'ldap' && <LdapDialog ldap={ldap} onClose={() => setOpen(null)} />}
      {open === 'oidc' && <OidcDialog oidc={oidc} onClose={() => setOpen(null)} />}
    </>
  )
}

interface HeadProps {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly isSet: boolean
  readonly onOpen: (kind: Kind) => void
}

function Head({ id, title, kind, isSet, onOpen }: HeadProps) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => request(`/api/directory/${kind}`, { method: 'DELETE' }),
    onSuccess: () => {
      toast(i18n.t('It is asked no more; sessions of its people have ended.'))
      return client.invalidateQueries({ queryKey: ['directory'] })
    },
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <div className="card-head">
      <h2 id={id}>{title}</h2>
      <span className="buttons">
        <Button onClick={() => onOpen(kind)} aria-describedby={id}>
          {isSet ? i18n.t('Change…') : i18n.t('Set up…')}
        </Button>
        {isSet && (
          <Button kind="danger" busy={remove.isPending} onClick={() => remove.mutate()} aria-describedby={id}>
            {i18n.t('Ask it no more')}
          </Button>
        )}
      </span>
    </div>
  )
}

function NotSet({ isLost }: { isLost: boolean }) {
  if (isLost) {
    return (
      <Banner tone="warn" inside>
        {i18n.t('What is stored of it cannot be read: nobody signs in by it. Set it up again, or ask it no more.')}
      </Banner>
    )
  }
  return <p className="soft">{i18n.t('Not set up: nobody signs in by it.')}</p>
}

function Facts({
  address,
  who,
  grants,
}: {
  address: string
  who: string
  grants: NonNullable<Directory['ldap']>['grants']
}) {
  return (
    <dl className="facts">
      <div>
        <dt>{i18n.t('Address')}</dt>
        <dd>
          <Name>{address}</Name>
        </dd>
      </div>
      <div>
        <dt>{i18n.t('As whom')}</dt>
        <dd>
          <Name>{who}</Name>
        </dd>
      </div>
      <div>
        <dt>{i18n.t('Groups with a role')}</dt>
        <dd>
          <Name>{grants.map(({ group }) => group).join(', ')}</Name>
        </dd>
      </div>
    </dl>
  )
}
