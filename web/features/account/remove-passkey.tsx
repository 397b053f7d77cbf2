import { i18n } from '@lingui/core'
import { useMutation } from '@tanstack/react-query'
import type { Account } from '../../../src/api/schema/people.ts'
import { Name } from '../../components/name.tsx'
import { SureDialog } from '../../components/sure-dialog.tsx'
import { Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'

interface Props {
  readonly passkey: Account['passkeys'][number]
  readonly onRemoved: () => void
  readonly onClose: () => void
}

export function RemovePasskey({ passkey, onRemoved, onClose }: Props) {
  const remove = useMutation({
    mutationFn: () => request(`/api/account/passkeys/${encodeURIComponent(passkey.id)}`, { method: 'DELETE' }),
    onSuccess: () => {
      toast(i18n.t('The passkey is removed. It opens this node no more.'))
      onRemoved()
      onClose()
    },
  })
  return (
    <SureDialog
      title={i18n.t('Remove a passkey')}
      act={i18n.t('Remove')}
      busy={remove.isPending}
      error={remove.error}
      onSure={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        <b>
          <Name>{passkey.name}</Name>
        </b>{' '}
        <span className="soft">
          {i18n.t('since')} <Time at={passkey.created} />
        </span>
      </p>
      <p>{i18n.t('It can no longer be used to sign in here, and your sessions in other browsers end.')}</p>
    </SureDialog>
  )
}
