import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Person } from '../../../src/api/schema/people.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Name } from '../../components/name.tsx'
import { request } from '../../requests/request.ts'

export function RemoveDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => request(`/api/people/${encodeURIComponent(person.name)}`, { method: 'DELETE' }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['people'] })
      onClose()
    },
  })
  return (
    <Dialog
      title={i18n.t('Remove a person')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="danger primary" busy={remove.isPending} onClick={() => remove.mutate()}>
            {i18n.t('Remove')}
          </Button>
        </>
      }
    >
      {remove.error !== null && (
        <Banner tone="bad" inside>
          {errorText(remove.error)}
        </Banner>
      )}
      <p>
        <b>
          <Name>{person.displayName}</Name>
        </b>{' '}
        <span className="soft">{person.name}</span>
      </p>
      <p>{i18n.t('The account and its sessions end at once. What this person did stays in the journal.')}</p>
    </Dialog>
  )
}
