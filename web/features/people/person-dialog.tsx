import { i18n } from '@lingui/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Person } from '../../../src/api/schema/people.ts'
import type { Grant } from '../../../src/api/schema/session.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { request } from '../../requests/request.ts'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { visibleText } from '../../text/visible-text.ts'
import { roleWord } from '../../text/words.ts'
import { NewPassword } from '../session/new-password.tsx'

/** A new person where `person` is null. */
export function PersonDialog({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const client = useQueryClient()
  const [grants, setGrants] = useState<readonly Grant[]>(person?.grants ?? [{ role: 'viewer', zones: 'all' }])
  const [resets, setResets] = useState(person === null)
  const save = useMutation({
    mutationFn: (body: Record<string, unknown>) =>
      person === null
        ? request('/api/people', { method: 'POST', body })
        : request(`/api/people/${encodeURIComponent(person.name)}`, { method: 'PATCH', body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['people'] })
      onClose()
    },
  })
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const word = (name: string) => String(form.get(name) ?? '').trim()
    save.mutate({
      grants,
      ...(person === null ? { name: word('name'), displayName: word('displayName') } : {}),
      ...(resets ? { password: String(form.get('password')) } : {}),
      ...(form.get('totp') === 'off' ? { totp: false } : {}),
    })
  }
  return (
    <Dialog
      title={person === null ? i18n.t('Add a person') : i18n.t('Change {name}', { name: person.displayName })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="primary" type="submit" form="person" busy={save.isPending} disabled={grants.length === 0}>
            {i18n.t('Save')}
          </Button>
        </>
      }
    >
      <form id="person" className="stack" onSubmit={submit}>
        {save.error !== null && (
          <Banner tone="bad" inside>
            {errorText(save.error)}
          </Banner>
        )}
        {person === null && (
          <Field label={i18n.t('Name to show')}>
            {ties => <input {...ties} name="displayName" required maxLength={200} />}
          </Field>
        )}
        {person === null && (
          <Field label={i18n.t('Name to sign in with')} hint={i18n.t('Letters and digits, without spaces.')}>
            {ties => (
              <input
                {...ties}
                name="name"
                pattern="[A-Za-z0-9][A-Za-z0-9._@\-]{0,62}"
                autoCapitalize="none"
                required
                maxLength={64}
              />
            )}
          </Field>
        )}
        <Grants grants={grants} onChange={setGrants} />
        {person !== null && (
          <label className="check">
            <input type="checkbox" checked={resets} onChange={event => setResets(event.target.checked)} />
            {i18n.t('Set a new password: it ends every session of this person.')}
          </label>
        )}
        {resets && <NewPassword />}
        {person?.hasTotp === true && (
          <label className="check">
            <input type="checkbox" name="totp" value="off" />
            {i18n.t('Take the authenticator away, because it was lost.')}
          </label>
        )}
      </form>
    </Dialog>
  )
}

const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const

function Grants({ grants, onChange }: { grants: readonly Grant[]; onChange: (grants: readonly Grant[]) => void }) {
  const zones = useQuery(vocabularyQuery).data?.zones ?? []
  const change = (at: number, by: Partial<Grant>) =>
    onChange(grants.map((one, position) => (position === at ? { ...one, ...by } : one)))
  return (
    <fieldset className="grants">
      <legend>{i18n.t('May')}</legend>
      <p className="soft small">
        {i18n.t(
          'A viewer looks. An operator captures. An engineer approves and writes to devices. An administrator changes the site and its people.',
        )}
      </p>
      {grants.map((grant, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div className="row" key={at}>
          <select
            aria-label={i18n.t('Role')}
            value={grant.role}
            onChange={event => change(at, { role: event.target.value as Grant['role'] })}
          >
            {roles.map(role => (
              <option key={role} value={role}>
                {roleWord(role)}
              </option>
            ))}
          </select>
          <select
            aria-label={i18n.t('Where')}
            value={grant.zones === 'all' ? '*' : grant.zones.join(',')}
            onChange={event =>
              change(at, { zones: event.target.value === '*' ? 'all' : event.target.value.split(',') })
            }
          >
            <option value="*">{i18n.t('everywhere')}</option>
            {zones.map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name ?? id)}
              </option>
            ))}
            {grant.zones !== 'all' && grant.zones.length > 1 && (
              <option value={grant.zones.join(',')}>{visibleText(grant.zones.join(', '))}</option>
            )}
          </select>
          <Button small onClick={() => onChange(grants.filter((_, position) => position !== at))}>
            {i18n.t('Remove')}
          </Button>
        </div>
      ))}
      <Button
        small
        onClick={() => onChange([...grants, { role: 'viewer', zones: zones[0] === undefined ? 'all' : [zones[0].id] }])}
      >
        {i18n.t('Add a role in a zone')}
      </Button>
    </fieldset>
  )
}
