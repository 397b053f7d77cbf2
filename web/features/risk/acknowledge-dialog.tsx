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
import type { FindingWords } from './finding-words.ts'

/** A finding, or all open ones of a code that a list holds. */
export type Acknowledged = Finding | OpenGroup

export interface OpenGroup extends Pick<FindingWords, 'of' | 'severity'> {
  readonly code: string
  readonly count: number
}

/** Somebody knows of findings, and bears them for a time and a reason. */
export function AcknowledgeDialog({ of, onClose }: { of: Acknowledged; onClose: () => void }) {
  const client = useQueryClient()
  const borne = 'count' in of ? null : of.acknowledged
  const [reason, setReason] = useState(borne?.reason ?? '')
  const [until, setUntil] = useState('')
  const settle = useMutation({
    mutationFn: (end: boolean) => request(...requestOf(of, reason.trim(), end ? null : until)),
    onSuccess: () => onClose(),
    // of a group that has changed, too: what is shown of it is old
    onSettled: () => {
      for (const key of ['findings', 'overview']) void client.invalidateQueries({ queryKey: [key] })
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    settle.mutate(false)
  }
  return (
    <Dialog
      title={'count' in of ? i18n.t('Acknowledge findings') : i18n.t('Acknowledge a finding')}
      onClose={onClose}
      foot={
        <>
          {borne !== null && (
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
          <b>{findingTitle(of.code)}</b> ·{' '}
          {'count' in of ? (
            i18n.t('all {count} of them', { count: of.count.toLocaleString(i18n.locale) })
          ) : (
            <Name>{of.subject}</Name>
          )}
        </p>
        <p className="soft">
          {'count' in of
            ? i18n.t(
                'They stay in every report, with your name, the reason and the day. After that day they count again.',
              )
            : i18n.t(
                'It stays in every report, with your name, the reason and the day. After that day it counts again.',
              )}
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

/** `until` null: it ends now. */
function requestOf(of: Acknowledged, reason: string, until: string | null): Parameters<typeof request> {
  const { code } = of
  if ('count' in of) {
    const chosen = { ...(of.of ? { of: of.of } : {}), ...(of.severity ? { severity: of.severity.split(',') } : {}) }
    const body = { code, count: of.count, reason, until, ...chosen }
    return ['/api/findings/acknowledge-all', { method: 'POST', body }]
  }
  const { subject } = of
  return until === null
    ? ['/api/findings/end', { method: 'POST', body: { code, subject, reason } }]
    : ['/api/findings/acknowledge', { method: 'POST', body: { code, subject, reason, until } }]
}
