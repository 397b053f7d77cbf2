import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Account } from '../../../src/api/schema/people.ts'
import type { PasskeyOptions } from '../../../src/api/schema/session.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { request } from '../../requests/request.ts'

async function register(name: string): Promise<void> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const { options } = await request<PasskeyOptions>('/api/account/passkeys/options', { method: 'POST' })
  const credential = await startRegistration({
    optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON'],
  })
  await request('/api/account/passkeys', { method: 'POST', body: { name, credential } })
}

export function Passkeys({ passkeys }: { passkeys: Account['passkeys'] }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const refresh = () => {
    for (const key of ['account', 'session']) void client.invalidateQueries({ queryKey: [key] })
  }
  const add = useMutation({
    mutationFn: () => register(name.trim()),
    onSuccess: () => {
      setName('')
      refresh()
    },
  })
  const remove = useMutation({
    mutationFn: (id: string) => request(`/api/account/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: refresh,
  })
  const error = add.error ?? remove.error
  function submit(event: FormEvent): void {
    event.preventDefault()
    add.mutate()
  }
  return (
    <section className="card padded stack" aria-labelledby="passkeys">
      <h2 id="passkeys">{i18n.t('Passkeys')}</h2>
      {error !== null && (
        <Banner tone="bad" inside>
          {errorText(error)}
        </Banner>
      )}
      <p>{i18n.t('A security key, or this device itself, instead of a password. It cannot be phished.')}</p>
      <ul className="plain-list">
        {passkeys.map(one => (
          <li key={one.id} className="row spread">
            <span>
              <Name>{one.name}</Name>{' '}
              <span className="soft small">
                {i18n.t('since')} <Time at={one.created} />
              </span>
            </span>
            <Button small busy={remove.isPending} onClick={() => remove.mutate(one.id)}>
              {i18n.t('Remove')}
            </Button>
          </li>
        ))}
      </ul>
      <form className="filters" onSubmit={submit}>
        <Field label={i18n.t('Name of the new passkey')} className="search">
          {ties => (
            <input {...ties} required maxLength={200} value={name} onChange={event => setName(event.target.value)} />
          )}
        </Field>
        <Button type="submit" busy={add.isPending}>
          {i18n.t('Add a passkey')}
        </Button>
      </form>
    </section>
  )
}
