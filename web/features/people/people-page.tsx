import { i18n } from '@lingui/core'
import { iconAddUser } from '@siemens/ix-icons/icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangePerson, Person } from '../../../src/api/schema/people.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { TakesRight } from '../../components/takes-right.tsx'
import { Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import type { Column } from '../../components/virtual-table.tsx'
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
      <div className="card">
        <Answer query={query}>{({ rows }) => <PeopleTable rows={rows} onOpen={setOpen} />}</Answer>
      </div>
      <Tokens />
      {open !== null && <PersonDialog person={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function PeopleTable({ rows, onOpen }: { rows: readonly Person[]; onOpen: (person: Person) => void }) {
  const columns: readonly Column<Person>[] = [
    {
      id: 'person',
      label: i18n.t('Person'),
      className: 'main-cell',
      cell: ({ name, displayName }) => (
        <>
          <Name>{displayName}</Name>
          <p className="soft small">{name}</p>
        </>
      ),
    },
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
    { id: 'ways', label: i18n.t('Signs in with'), cell: waysIn },
    { id: 'since', label: i18n.t('Since'), cell: ({ created }) => <Time at={created} /> },
    { id: 'state', label: i18n.t('State'), className: 'bare', cell: person => <PersonState person={person} /> },
    {
      id: 'act',
      label: i18n.t('Act'),
      hidesLabel: true,
      className: 'whole-row',
      cell: person => <PersonActs person={person} onOpen={() => onOpen(person)} />,
    },
  ]
  return <PlainTable {...{ rows, columns }} keyOf={({ name }) => name} />
}

function waysIn({ hasPassword, hasTotp, passkeys }: Person): string {
  const ways = [
    hasPassword ? i18n.t('password') : null,
    hasTotp ? i18n.t('authenticator') : null,
    passkeys > 0 ? i18n.t('{count, plural, one {# passkey} other {# passkeys}}', { count: passkeys }) : null,
  ]
  return ways.filter(Boolean).join(', ')
}

function PersonState({ person: { lockedFor, temporaryPassword } }: { person: Person }) {
  if (lockedFor > 0) {
    return <span className="bad-text">{i18n.t('Locked for {time}', { time: formatDuration(lockedFor) })}</span>
  }
  return temporaryPassword ? i18n.t('Has yet to choose a password') : i18n.t('Active')
}

function PersonActs({ person, onOpen }: { person: Person; onOpen: () => void }) {
  const client = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const own = useSession()?.person?.name === person.name
  const change = useMutation({
    mutationFn: (body: ChangePerson) =>
      request(`/api/people/${encodeURIComponent(person.name)}`, { method: 'PATCH', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
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
  )
}
