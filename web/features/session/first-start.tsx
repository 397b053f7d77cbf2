import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Gate } from './gate.tsx'
import { NewPassword } from './new-password.tsx'
import { makeFirstAdministrator } from './sign-in-requests.ts'

/** The node has no account yet: whoever holds the token that it printed becomes its first administrator. */
export function FirstStart() {
  const client = useQueryClient()
  const make = useMutation({
    mutationFn: makeFirstAdministrator,
    onSuccess: () => client.invalidateQueries({ queryKey: ['session'] }),
  })
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const word = (name: string) => String(form.get(name) ?? '')
    make.mutate({
      token: word('token').trim(),
      name: word('name').trim(),
      displayName: word('displayName').trim(),
      password: word('password'),
    })
  }
  return (
    <Gate title={i18n.t('First start')}>
      <form className="card stack" onSubmit={submit}>
        <p>
          {i18n.t(
            'This node has no account yet. Make the first administrator with the token that the node printed when it started.',
          )}
        </p>
        {make.error !== null && (
          <Banner tone="bad" inside>
            {errorText(make.error)}
          </Banner>
        )}
        <Field label={i18n.t('One-time token')}>
          {ties => <input {...ties} className="mono" name="token" autoComplete="off" spellCheck={false} required />}
        </Field>
        <Field label={i18n.t('Your name')} hint={i18n.t('As the journal and your colleagues read it.')}>
          {ties => <input {...ties} name="displayName" autoComplete="name" required maxLength={100} />}
        </Field>
        <Field label={i18n.t('Name to sign in with')} hint={i18n.t('Letters and digits, without spaces.')}>
          {ties => (
            <input
              {...ties}
              name="name"
              autoComplete="username"
              autoCapitalize="none"
              pattern="[A-Za-z0-9][A-Za-z0-9._@\-]{0,62}"
              required
            />
          )}
        </Field>
        <NewPassword />
        <Button kind="primary" type="submit" busy={make.isPending}>
          {i18n.t('Make the first administrator')}
        </Button>
      </form>
    </Gate>
  )
}
