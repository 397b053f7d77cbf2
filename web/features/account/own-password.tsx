import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { NewPassword } from '../session/new-password.tsx'

/** Every session ends with the old password: whoever changes it signs in anew. */
export function Password() {
  return (
    <section className="card padded" aria-labelledby="password">
      <PasswordForm title={<h2 id="password">{i18n.t('Password')}</h2>} />
    </section>
  )
}

export function PasswordForm({ title }: { title: ReactNode }) {
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
    <form className="stack" onSubmit={submit}>
      {title}
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
  )
}
