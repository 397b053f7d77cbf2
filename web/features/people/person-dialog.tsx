import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { ChangePerson, NewPerson, Person } from '../../../src/api/schema/people.ts'
import type { Grant } from '../../../src/api/schema/session.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { request } from '../../requests/request.ts'
import { NewPassword } from '../session/new-password.tsx'
import { GrantFields } from './grant-fields.tsx'

type Typed = Partial<Pick<NewPerson, 'name' | 'displayName'>> &
  Pick<ChangePerson, 'password' | 'totp'> & { readonly grants: readonly Grant[] }

/** A new person where `person` is null. */
export function PersonDialog({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const client = useQueryClient()
  const [grants, setGrants] = useState<readonly Grant[]>(person?.grants ?? [{ role: 'viewer', zones: 'all' }])
  const [resets, setResets] = useState(person === null)
  const save = useMutation({
    mutationFn: (body: Typed) =>
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
      ...(form.get('totp') === 'off' ? { totp: false as const } : {}),
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
          <Field label={i18n.t('Name to show')} hint={i18n.t('At most 100 characters.')}>
            {ties => <input {...ties} name="displayName" required maxLength={100} />}
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
        <GrantFields grants={grants} onChange={setGrants} />
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
