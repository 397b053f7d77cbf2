import { i18n } from '@lingui/core'
import type { Session } from '../../../src/api/schema/session.ts'
import { Button } from '../../components/button.tsx'
import { useSignOut } from '../../session/use-sign-out.ts'
import { PasswordForm } from '../account/own-password.tsx'
import { Gate } from './gate.tsx'

/** An administrator chose the password: the person chooses their own before anything else. */
export function ChangeTemporary({ session }: { session: Session }) {
  const leave = useSignOut()
  return (
    <Gate title={i18n.t('Choose your own password')} site={session.site}>
      <div className="card">
        <PasswordForm
          title={
            <p>
              {i18n.t(
                'Somebody else chose the password of {name}, and knows it. Choose your own; then sign in with it.',
                { name: session.person?.displayName ?? '' },
              )}
            </p>
          }
        />
      </div>
      <Button kind="quiet" busy={leave.isPending} onClick={() => leave.mutate()}>
        {i18n.t('Sign out')}
      </Button>
    </Gate>
  )
}
