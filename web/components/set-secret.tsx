import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { request } from '../requests/request.ts'
import { useMay } from '../session/use-session.ts'
import { errorText } from './answer.tsx'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { Name } from './name.tsx'
import { toast } from './toasts.tsx'

/** A secret that is missing: typed here by an administrator, never shown again; others read who sets it. */
export function SetSecret({ name }: { name: string }) {
  const may = useMay('set-secrets')
  if (may) return <SecretForm name={name} />
  return (
    <p>
      <Name>{i18n.t('Secret {name}', { name })}</Name>: {i18n.t('an administrator sets it, on this page.')}
    </p>
  )
}

function SecretForm({ name }: { name: string }) {
  const client = useQueryClient()
  const [value, setValue] = useState('')
  const [isLong, setIsLong] = useState(false)
  const save = useMutation({
    mutationFn: () => request(`/api/secrets/${encodeURIComponent(name)}`, { method: 'PUT', body: { value } }),
    onSuccess: () => {
      setValue('')
      toast(i18n.t('The secret {name} is set.', { name }))
      void client.invalidateQueries({ queryKey: ['item'] })
    },
    // what the page remembers of a request holds nothing of it
    gcTime: 0,
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate()
  }
  const common = { value, required: true, autoComplete: 'new-password', spellCheck: false, maxLength: 65_536 }
  return (
    <form className="stack" onSubmit={submit}>
      {save.error !== null && (
        <Banner tone="bad" inside>
          {errorText(save.error)}
        </Banner>
      )}
      <Field
        label={i18n.t('Secret {name}', { name })}
        hint={i18n.t('It is kept encrypted, and never shown again. The journal tells that you have set it.')}
      >
        {ties =>
          isLong ? (
            <textarea
              {...ties}
              {...common}
              className="mono"
              rows={6}
              onChange={event => setValue(event.target.value)}
            />
          ) : (
            <input {...ties} {...common} type="password" onChange={event => setValue(event.target.value)} />
          )
        }
      </Field>
      <label className="check">
        <input type="checkbox" checked={isLong} onChange={event => setIsLong(event.target.checked)} />
        {i18n.t('It has several lines, as a private key')}
      </label>
      <div>
        <Button type="submit" kind="primary" busy={save.isPending} disabled={value === ''}>
          {i18n.t('Set the secret')}
        </Button>
      </div>
    </form>
  )
}
