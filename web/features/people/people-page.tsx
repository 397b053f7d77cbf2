import { i18n } from '@lingui/core'
import { iconAddUser } from '@siemens/ix-icons/icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangePerson, Person } from '../../../src/api/schema/people.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { TakesRight } from '../../components/takes-right.tsx'
import { Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { useMay, useSession } from '../../session/use-session.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { roleWord, zonesWord } from '../../text/words.ts'
import { PersonDialog } from './person-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { Tokens } from './tokens.tsx'

const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => request<{ rows: readonly Person[] }>('/api/people', { signal }),
})

export function PeoplePage() {
  const may = useMay('manage-people')
  if (may) return <ManagedPeople />
  return (
    <TakesRight
      title={i18n.t('People')}
      right={i18n.t('manage people and their accounts')}
      who={i18n.t('Administrators have it.')}
    />
  )
}

function ManagedPeople() {
  const query = useQuery(peopleQuery)
  const [open, setOpen] = useState<Person | 'new' | null>(null)
  return (
    <Page
      title={i18n.t('People')}
      lead={i18n.t(
        'Accounts of this node. They need no directory, and go on working when the office network is cut off.',
      )}
      actions={
        <Button kind="primary" icon={iconAddUser} onClick={() => setOpen('new')}>
          {i18n.t('Add a person')}
        </Button>
      }
    >
      <div className="card table-frame">
        <Answer query={query}>{({ rows }) => <PeopleTable rows={rows} onOpen={setOpen} />}</Answer>
      </div>
      <Tokens />
      {open !== null && <PersonDialog person={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function PeopleTable({ rows, onOpen }: { rows: readonly Person[]; onOpen: (person: Person) => void }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th scope="col">{i18n.t('Person')}</th>
          <th scope="col">{i18n.t('May')}</th>
          <th scope="col">{i18n.t('Signs in with')}</th>
          <th scope="col">{i18n.t('Since')}</th>
          <th scope="col">{i18n.t('State')}</th>
          <th scope="col">
            <span className="hidden-text">{i18n.t('Act')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(person => (
          <PersonRow key={person.name} person={person} onOpen={() => onOpen(person)} />
        ))}
      </tbody>
    </table>
  )
}

function PersonRow({ person, onOpen }: { person: Person; onOpen: () => void }) {
  const client = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const own = useSession()?.person?.name === person.name
  const change = useMutation({
    mutationFn: (body: ChangePerson) =>
      request(`/api/people/${encodeURIComponent(person.name)}`, { method: 'PATCH', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  const ways = [
    person.hasPassword ? i18n.t('password') : null,
    person.hasTotp ? i18n.t('authenticator') : null,
    person.passkeys > 0
      ? i18n.t('{count, plural, one {# passkey} other {# passkeys}}', { count: person.passkeys })
      : null,
  ]
  return (
    <tr>
      <td className="main-cell">
        <Name>{person.displayName}</Name>
        <p className="soft small">{person.name}</p>
      </td>
      <td>
        {person.grants.map(grant => (
          <p key={`${grant.role} ${grant.zones}`}>
            {roleWord(grant.role)} · <Name>{zonesWord(grant)}</Name>
          </p>
        ))}
      </td>
      <td>{ways.filter(Boolean).join(', ')}</td>
      <td>
        <Time at={person.created} />
      </td>
      <td>
        {person.lockedFor > 0 ? (
          <span className="bad-text">{i18n.t('Locked for {time}', { time: formatDuration(person.lockedFor) })}</span>
        ) : person.temporaryPassword ? (
          i18n.t('Has yet to choose a password')
        ) : (
          i18n.t('Active')
        )}
      </td>
      <td>
        <span className="buttons">
          <Button small onClick={onOpen}>
            {i18n.t('Change…')}
          </Button>
          {person.lockedFor > 0 && (
            <Button small busy={change.isPending} onClick={() => change.mutate({ locked: false })}>
              {i18n.t('Unlock')}
            </Button>
          )}
          {!own && (
            <Button small kind="danger" onClick={() => setRemoving(true)}>
              {i18n.t('Remove…')}
            </Button>
          )}
          {removing && <RemoveDialog person={person} onClose={() => setRemoving(false)} />}
        </span>
      </td>
    </tr>
  )
}
