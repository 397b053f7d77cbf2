import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { QrPicture } from '../../components/qr-picture.tsx'
import { SureDialog } from '../../components/sure-dialog.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'

interface Begun {
  readonly secret: string
  readonly uri: string
}

/** Codes of an authenticator (RFC 6238): its secret as a picture that the page itself draws, and to type over. */
export function Totp({ on }: { on: boolean }) {
  const client = useQueryClient()
  const [leaving, setLeaving] = useState(false)
  const refresh = () => {
    for (const key of ['account', 'session']) void client.invalidateQueries({ queryKey: [key] })
  }
  return (
    <section className="card padded stack" aria-labelledby="totp">
      <h2 id="totp">{i18n.t('Authenticator')}</h2>
      {on ? (
        <>
          <p>{i18n.t('Signing in asks for a code of your authenticator.')}</p>
          <div>
            <Button onClick={() => setLeaving(true)}>{i18n.t('Take it away…')}</Button>
          </div>
        </>
      ) : (
        <SetUp onDone={refresh} />
      )}
      {leaving && <TakeAway onDone={refresh} onClose={() => setLeaving(false)} />}
    </section>
  )
}

function SetUp({ onDone }: { onDone: () => void }) {
  const begin = useMutation({ mutationFn: () => request<Begun>('/api/account/totp', { method: 'POST' }) })
  if (begin.data !== undefined) return <FirstCode begun={begin.data} onDone={onDone} onCancel={begin.reset} />
  return (
    <>
      {begin.error !== null && (
        <Banner tone="bad" inside>
          {errorText(begin.error)}
        </Banner>
      )}
      <p>
        {i18n.t('A second proof beside the password, from an app on your telephone. It works without any network.')}
      </p>
      <div>
        <Button busy={begin.isPending} onClick={() => begin.mutate()}>
          {i18n.t('Set up an authenticator')}
        </Button>
      </div>
    </>
  )
}

interface FirstCodeProps {
  readonly begun: Begun
  readonly onDone: () => void
  readonly onCancel: () => void
}

function FirstCode({ begun, onDone, onCancel }: FirstCodeProps) {
  const [code, setCode] = useState('')
  const confirm = useMutation({
    mutationFn: () => request('/api/account/totp', { method: 'PUT', body: { code: code.replaceAll(' ', '') } }),
    onSuccess: () => {
      toast(i18n.t('The authenticator counts from now on.'))
      onDone()
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    confirm.mutate()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p>{i18n.t('Scan this with your authenticator, then type the code that it shows:')}</p>
      <QrPicture text={begun.uri} label={i18n.t('QR code of the key below')} />
      <p>{i18n.t('Or type this key into it:')}</p>
      <code className="secret">{begun.secret.match(/.{1,4}/gu)?.join(' ')}</code>
      <p className="small">
        <a href={begun.uri}>{i18n.t('Open it in the authenticator of this device')}</a>
      </p>
      {confirm.error !== null && (
        <Banner tone="bad" inside>
          {errorText(confirm.error)}
        </Banner>
      )}
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
      <div className="row">
        <Button kind="primary" type="submit" busy={confirm.isPending}>
          {i18n.t('Confirm')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {i18n.t('Cancel')}
        </Button>
      </div>
    </form>
  )
}

function TakeAway({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const remove = useMutation({
    mutationFn: () => request('/api/account/totp', { method: 'DELETE' }),
    onSuccess: () => {
      toast(i18n.t('The authenticator is taken away: the password alone signs in.'))
      onDone()
      onClose()
    },
  })
  return (
    <SureDialog
      title={i18n.t('Take the authenticator away')}
      act={i18n.t('Take it away')}
      busy={remove.isPending}
      error={remove.error}
      onSure={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{i18n.t('From then on the password alone signs in, without a code. Your sessions in other browsers end.')}</p>
    </SureDialog>
  )
}
