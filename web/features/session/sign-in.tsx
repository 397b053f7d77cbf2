import { i18n } from '@lingui/core'
import { iconKey } from '@siemens/ix-icons/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import type { Session, SignInAnswer } from '../../../src/api/schema/session.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { RequestError } from '../../requests/request.ts'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { refusedWords } from '../../session/refused-words.ts'
import { heldDraft } from '../settings/draft.ts'
import { Gate } from './gate.tsx'
import { signIn, signInWithPasskey } from './sign-in-requests.ts'

/** `ended`: whose session has just ended, not by their own sign-out. */
export function SignIn({ session, ended }: { session: Session; ended: string | null }) {
  const client = useQueryClient()
  const [asksCode, setAsksCode] = useState(false)
  const onSuccess = (answer: SignInAnswer) => {
    setQuery({ refused: null })
    if (answer.outcome === 'code-needed') setAsksCode(true)
    else void client.invalidateQueries({ queryKey: ['session'] })
  }
  const enter = useMutation({ mutationFn: signIn, onSuccess })
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess })
  const wait = useWait(enter.error)
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const code = String(form.get('code') ?? '').replaceAll(' ', '')
    passkey.reset()
    enter.mutate({
      name: String(form.get('name')).trim(),
      password: String(form.get('password')),
      ...(code === '' ? {} : { code }),
    })
  }
  const error = enter.error ?? passkey.error
  const refused = refusedWords(useQueryWord('refused') ?? '')
  const trouble = error === null ? refused : errorText(error)
  return (
    <Gate title={i18n.t('Sign in')} site={session.site}>
      <form className="card stack" onSubmit={submit}>
        {trouble !== null && (
          <Banner tone="bad" inside>
            {trouble}
          </Banner>
        )}
        {ended !== null && trouble === null && (
          <Banner tone="info" inside title={i18n.t('Your session has ended')}>
            {heldDraft(ended) === null
              ? i18n.t('It ran out, or was ended in another window. Sign in again to go on.')
              : i18n.t(
                  'It ran out, or was ended in another window. What you changed in site.yaml is kept: sign in again to go on with it.',
                )}
          </Banner>
        )}
        <Field label={i18n.t('Name')}>
          {ties => <input {...ties} name="name" autoComplete="username webauthn" autoCapitalize="none" required />}
        </Field>
        <Field label={i18n.t('Password')}>
          {ties => <input {...ties} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        {asksCode && (
          <Field label={i18n.t('Code of your authenticator')}>
            {ties => (
              // biome-ignore lint/a11y/noAutofocus: it appears because the node has just asked for it
              <input {...ties} name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
            )}
          </Field>
        )}
        <Button kind="primary" type="submit" busy={enter.isPending} disabled={wait > 0}>
          {wait > 0 ? i18n.t('Wait {wait} s', { wait }) : i18n.t('Sign in')}
        </Button>
        {session.ways.includes('passkey') && (
          <Button icon={iconKey} busy={passkey.isPending} onClick={() => passkey.mutate()}>
            {i18n.t('Sign in with a passkey')}
          </Button>
        )}
        {session.ways.includes('oidc') && (
          <a className="btn" href="/api/session/oidc">
            {i18n.t('Sign in with the company’s account')}
          </a>
        )}
      </form>
    </Gate>
  )
}

/** Seconds until the node takes another try. */
function useWait(error: Error | null): number {
  const [left, setLeft] = useState(0)
  const after = error instanceof RequestError ? (error.told?.retryAfter ?? 0) : 0
  useEffect(() => {
    const end = Date.now() + after * 1_000
    const tell = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1_000)))
    tell()
    if (error === null || after === 0) return
    const timer = setInterval(tell, 500)
    return () => clearInterval(timer)
  }, [error, after])
  return left
}
