import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { QrPicture } from '../../components/qr-picture.tsx'
import { request } from '../../requests/request.ts'

/** Codes of an authenticator (RFC 6238): its secret as a picture that the page itself draws, and to type over. */
export function Totp({ on }: { on: boolean }) {
  const client = useQueryClient()
  const [code, setCode] = useState('')
  const refresh = () => {
    for (const key of ['account', 'session']) void client.invalidateQueries({ queryKey: [key] })
  }
  const begin = useMutation({
    mutationFn: () => request<{ secret: string; uri: string }>('/api/account/totp', { method: 'POST' }),
  })
  const confirm = useMutation({
    mutationFn: () => request('/api/account/totp', { method: 'PUT', body: { code: code.replaceAll(' ', '') } }),
    onSuccess: () => {
      begin.reset()
      setCode('')
      refresh()
    },
  })
  const remove = useMutation({
    mutationFn: () => request('/api/account/totp', { method: 'DELETE' }),
    onSuccess: refresh,
  })
  const error = begin.error ?? confirm.error ?? remove.error
  function submit(event: FormEvent): void {
    event.preventDefault()
    confirm.mutate()
  }
  return (
    <section className="card padded stack" aria-labelledby="totp">
      <h2 id="totp">{i18n.t('Authenticator')}</h2>
      {error !== null && (
        <Banner tone="bad" inside>
          {errorText(error)}
        </Banner>
      )}
      {on ? (
        <>
          <p>{i18n.t('Signing in asks for a code of your authenticator.')}</p>
          <div>
            <Button busy={remove.isPending} onClick={() => remove.mutate()}>
              {i18n.t('Take it away')}
            </Button>
          </div>
        </>
      ) : begin.data === undefined ? (
        <>
          <p>
            {i18n.t('A second proof beside the password, from an app on your telephone. It works without any network.')}
          </p>
          <div>
            <Button busy={begin.isPending} onClick={() => begin.mutate()}>
              {i18n.t('Set up an authenticator')}
            </Button>
          </div>
        </>
      ) : (
        <form className="stack" onSubmit={submit}>
          <p>{i18n.t('Scan this with your authenticator, then type the code that it shows:')}</p>
          <QrPicture text={begin.data.uri} label={i18n.t('QR code of the key below')} />
          <p>{i18n.t('Or type this key into it:')}</p>
          <code className="secret">{begin.data.secret.match(/.{1,4}/gu)?.join(' ')}</code>
          <p className="small">
            <a href={begin.data.uri}>{i18n.t('Open it in the authenticator of this device')}</a>
          </p>
          <Field label={i18n.t('Code')}>
            {ties => (
              <input
                {...ties}
                inputMode="numeric"
                autoComplete="one-time-code"
                required
                value={code}
                onChange={event => setCode(event.target.value)}
              />
            )}
          </Field>
          <div>
            <Button kind="primary" type="submit" busy={confirm.isPending}>
              {i18n.t('Confirm')}
            </Button>
          </div>
        </form>
      )}
    </section>
  )
}
