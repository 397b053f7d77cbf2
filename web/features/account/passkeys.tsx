import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Account } from '../../../src/api/schema/people.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { hasPasskeys, newPasskey } from '../../session/browser-passkey.ts'
import { RemovePasskey } from './remove-passkey.tsx'

type Passkey = Account['passkeys'][number]

async function register(name: string): Promise<void> {
  const credential = await newPasskey()
  await request('/api/account/passkeys', { method: 'POST', body: { name, credential } })
}

export function Passkeys({ passkeys }: { passkeys: readonly Passkey[] }) {
  const client = useQueryClient()
  const [leaving, setLeaving] = useState<Passkey | null>(null)
  const refresh = () => {
    for (const key of ['account', 'session']) void client.invalidateQueries({ queryKey: [key] })
  }
  return (
    <section className="card padded stack" aria-labelledby="passkeys">
      <h2 id="passkeys">{i18n.t('Passkeys')}</h2>
      <p>{i18n.t('A security key, or this device itself, instead of a password. It cannot be phished.')}</p>
      {passkeys.length === 0 ? (
        <p className="soft">{i18n.t('You have none yet.')}</p>
      ) : (
        <ul className="plain-list">
          {passkeys.map(one => (
            <li key={one.id} className="row spread">
              <span>
                <Name>{one.name}</Name>{' '}
                <span className="soft small">
                  {i18n.t('since')} <Time at={one.created} />
                </span>
              </span>
              <Button small onClick={() => setLeaving(one)}>
                {i18n.t('Remove…')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {hasPasskeys() ? (
        <NewPasskey onAdded={refresh} />
      ) : (
        <Banner tone="info" inside>
          {i18n.t(
            'This browser uses no passkey here: open the page over TLS and by the name of the node, in a browser that has passkeys.',
          )}
        </Banner>
      )}
      {leaving !== null && <RemovePasskey passkey={leaving} onRemoved={refresh} onClose={() => setLeaving(null)} />}
    </section>
  )
}

function NewPasskey({ onAdded }: { onAdded: () => void }) {
  const [name, setName] = useState('')
  const add = useMutation({
    mutationFn: () => register(name.trim()),
    onSuccess: () => {
      toast(i18n.t('The passkey is added. Try it at the next sign-in.'))
      setName('')
      onAdded()
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    add.mutate()
  }
  return (
    <form className="stack" onSubmit={submit}>
      {add.error !== null && (
        <Banner tone="bad" inside>
          {errorText(add.error)}
        </Banner>
      )}
      <div className="filters">
        <Field label={i18n.t('Name of the new passkey')} className="search">
          {ties => (
            <input {...ties} required maxLength={60} value={name} onChange={event => setName(event.target.value)} />
          )}
        </Field>
        <Button type="submit" busy={add.isPending}>
          {i18n.t('Add a passkey')}
        </Button>
      </div>
    </form>
  )
}
