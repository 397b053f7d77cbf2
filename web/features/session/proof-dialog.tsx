import { i18n } from '@lingui/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import type { ProofAnswer } from '../../../src/api/schema/session.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { proveWith, RequestError, request } from '../../requests/request.ts'
import { passkeyProof } from '../../session/browser-passkey.ts'
import { useSession } from '../../session/use-session.ts'

interface Asked {
  readonly proven: () => void
  readonly refused: (reason: RequestError) => void
}

/** Before something grave: the person shows again that it is them, whatever page they are on. */
export function ProofDialog() {
  const [asked, setAsked] = useState<Asked | null>(null)
  useEffect(() => {
    proveWith(() => new Promise<void>((proven, refused) => setAsked({ proven, refused })))
    return () => proveWith(null)
  }, [])
  if (asked === null) return null
  return <ProofForm asked={asked} end={() => setAsked(null)} />
}

function ProofForm({ asked, end }: { asked: Asked; end: () => void }) {
  const session = useSession()
  const person = session?.person
  const [needsCode, setNeedsCode] = useState(false)
  const onSuccess = ({ outcome }: ProofAnswer) => {
    if (outcome === 'code-needed') return setNeedsCode(true)
    asked.proven()
    end()
  }
  const prove = useMutation({
    mutationFn: (body: { password: string; code?: string }) =>
      request<ProofAnswer>('/api/session/proof', { method: 'POST', body }),
    onSuccess,
  })
  const passkey = useMutation({
    mutationFn: async () =>
      request<ProofAnswer>('/api/session/proof/passkey', {
        method: 'POST',
        body: { credential: await passkeyProof() },
      }),
    onSuccess,
  })
  const error = prove.error ?? passkey.error
  function cancel(): void {
    asked.refused(new RequestError('proof-needed', i18n.t('Nothing was done: you did not confirm who you are.'), 0))
    end()
  }
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const code = String(form.get('code') ?? '').replaceAll(' ', '')
    prove.mutate({ password: String(form.get('password')), ...(code === '' ? {} : { code }) })
  }
  return (
    <Dialog
      title={i18n.t('Confirm that it is you')}
      onClose={cancel}
      foot={
        <>
          <Button onClick={cancel}>{i18n.t('Cancel')}</Button>
          {person != null && person.passkeys > 0 && (
            <Button busy={passkey.isPending} onClick={() => passkey.mutate()}>
              {i18n.t('With a passkey')}
            </Button>
          )}
          <Button kind="primary" type="submit" form="proof" busy={prove.isPending}>
            {i18n.t('Confirm')}
          </Button>
        </>
      }
    >
      <form id="proof" className="stack" onSubmit={submit}>
        {error !== null && (
          <Banner tone="bad" inside>
            {errorText(error)}
          </Banner>
        )}
        {person?.kind === 'directory' && session?.ways.includes('oidc') === true && (
          <Banner tone="info" inside action={<a href="/api/session/oidc">{i18n.t('Sign in again')}</a>}>
            {i18n.t('Whoever came by the company’s account, without a password here, signs in by it again.')}
          </Banner>
        )}
        <Field label={i18n.t('Password')}>
          {ties => (
            <input {...ties} name="password" type="password" autoComplete="current-password" required autoFocus />
          )}
        </Field>
        {(needsCode || person?.hasTotp === true) && (
          <Field label={i18n.t('Code of your authenticator')}>
            {ties => <input {...ties} name="code" inputMode="numeric" autoComplete="one-time-code" required />}
          </Field>
        )}
      </form>
    </Dialog>
  )
}
