import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Finding } from '../../../src/api/schema/finding.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { request } from '../../requests/request.ts'
import { findingTitle } from '../../text/words.ts'

/** Somebody knows of a finding, and bears it for a time and a reason. */
export function AcknowledgeDialog({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const client = useQueryClient()
  const { code, subject, acknowledged } = finding
  const [reason, setReason] = useState(acknowledged?.reason ?? '')
  const [until, setUntil] = useState('')
  const settle = useMutation({
    mutationFn: (end: boolean) =>
      end
        ? request('/api/findings/end', { method: 'POST', body: { code, subject, reason: reason.trim() } })
        : request('/api/findings/acknowledge', {
            method: 'POST',
            body: { code, subject, reason: reason.trim(), until },
          }),
    onSuccess: () => {
      for (const key of ['findings', 'overview']) void client.invalidateQueries({ queryKey: [key] })
      onClose()
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    settle.mutate(false)
  }
  return (
    <Dialog
      title={i18n.t('Acknowledge a finding')}
      onClose={onClose}
      foot={
        <>
          {acknowledged !== null && (
            <Button busy={settle.isPending} disabled={reason.trim() === ''} onClick={() => settle.mutate(true)}>
              {i18n.t('End it now')}
            </Button>
          )}
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="primary" type="submit" form="acknowledge" busy={settle.isPending}>
            {i18n.t('Acknowledge')}
          </Button>
        </>
      }
    >
      <form id="acknowledge" className="stack" onSubmit={submit}>
        {settle.error !== null && (
          <Banner tone="bad" inside>
            {errorText(settle.error)}
          </Banner>
        )}
        <p>
          <b>{findingTitle(code)}</b> · <Name>{subject}</Name>
        </p>
        <p className="soft">
          {i18n.t('It stays in every report, with your name, the reason and the day. After that day it counts again.')}
        </p>
        <Field label={i18n.t('Why it is borne')}>
          {ties => (
            <textarea {...ties} rows={3} required value={reason} onChange={event => setReason(event.target.value)} />
          )}
        </Field>
        <Field label={i18n.t('Until the end of')}>
          {ties => (
            <input {...ties} type="date" required value={until} onChange={event => setUntil(event.target.value)} />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
