import { i18n } from '@lingui/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { useOneShot } from '../../requests/use-one-shot.ts'
import { versionAddress } from './item-queries.ts'
import { VersionName } from './version-name.tsx'

interface Props {
  readonly item: string
  readonly version: string
  readonly onClose: () => void
}

/** Declares a version to be the right one: a device that differs has drifted. */
export function ApproveDialog({ item, version, onClose }: Props) {
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const approve = useOneShot({
    mutationFn: () =>
      request(versionAddress(item, version, '/approve'), { method: 'POST', body: { note: note.trim() || null } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['item', item] })
      toast(i18n.t('Approved. A device that differs from it is reported as drifted.'))
      onClose()
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    approve.act()
  }
  return (
    <Dialog
      title={i18n.t('Approve this version')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="primary" type="submit" form="approve" busy={approve.isBusy}>
            {i18n.t('Approve')}
          </Button>
        </>
      }
    >
      <form id="approve" className="stack" onSubmit={submit}>
        {approve.error !== null && (
          <Banner tone="bad" inside>
            {errorText(approve.error)}
          </Banner>
        )}
        <p>
          <b>{item}</b> <VersionName id={version} />
        </p>
        <p>
          {i18n.t('You state that this is what the device should hold. Your name and the time go into the journal.')}
        </p>
        <Field label={i18n.t('Note')} hint={i18n.t('Why: an order, a change request, who asked.')}>
          {ties => <input {...ties} value={note} maxLength={2000} onChange={event => setNote(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  )
}
