import { i18n } from '@lingui/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { request } from '../../requests/request.ts'
import { useOneShot } from '../../requests/use-one-shot.ts'
import { versionAddress } from './item-queries.ts'
import { VersionName } from './version-name.tsx'

interface Props {
  readonly item: string
  readonly version: string
  readonly act: 'hold' | 'release'
  readonly onClose: () => void
}

/** A held version is not removed by any keep rule. */
export function HoldDialog({ item, version, act, onClose }: Props) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const decide = useOneShot({
    mutationFn: () =>
      request(versionAddress(item, version, `/${act}`), { method: 'POST', body: { reason: reason.trim() } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['item', item] })
      onClose()
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    decide.act()
  }
  const title = act === 'hold' ? i18n.t('Hold this version') : i18n.t('Release this version')
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="primary" type="submit" form="hold" busy={decide.isBusy}>
            {title}
          </Button>
        </>
      }
    >
      <form id="hold" className="stack" onSubmit={submit}>
        {decide.error !== null && (
          <Banner tone="bad" inside>
            {errorText(decide.error)}
          </Banner>
        )}
        <p>
          <b>{item}</b> <VersionName id={version} />
        </p>
        <p>
          {act === 'hold'
            ? i18n.t(
                'Whatever the keep rules say, it stays until somebody releases it: for an inquiry, an audit, an incident.',
              )
            : i18n.t('From now on the keep rules decide how long it stays.')}
        </p>
        <Field label={i18n.t('Reason')}>
          {ties => <input {...ties} value={reason} required onChange={event => setReason(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  )
}
