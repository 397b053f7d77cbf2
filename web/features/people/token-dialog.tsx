import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { TokenMade } from '../../../src/api/schema/people.ts'
import type { Grant } from '../../../src/api/schema/session.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { request } from '../../requests/request.ts'
import { GrantFields } from './grant-fields.tsx'

export function TokenDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [grants, setGrants] = useState<readonly Grant[]>([{ role: 'viewer', zones: 'all' }])
  const make = useMutation({
    mutationFn: (body: { name: string; days: number; grants: readonly Grant[] }) =>
      request<TokenMade>('/api/tokens', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  })
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    make.mutate({ name: String(form.get('name')).trim(), days: Number(form.get('days')), grants })
  }
  const secret = make.data?.secret
  return (
    <Dialog
      title={i18n.t('Make a token')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Close')}</Button>
          {secret === undefined && (
            <Button kind="primary" type="submit" form="token" busy={make.isPending} disabled={grants.length === 0}>
              {i18n.t('Make it')}
            </Button>
          )}
        </>
      }
    >
      {secret !== undefined ? (
        <>
          <p>{i18n.t('Copy it now: it is shown this once.')}</p>
          <code className="secret">{secret}</code>
        </>
      ) : (
        <form id="token" className="stack" onSubmit={submit}>
          {make.error !== null && (
            <Banner tone="bad" inside>
              {errorText(make.error)}
            </Banner>
          )}
          <Field label={i18n.t('Name of the program')}>
            {ties => <input {...ties} name="name" required pattern="[A-Za-z0-9][A-Za-z0-9._@\-]{0,62}" />}
          </Field>
          <Field label={i18n.t('Days until it ends')}>
            {ties => <input {...ties} name="days" type="number" min={1} max={732} defaultValue={365} required />}
          </Field>
          <GrantFields grants={grants} onChange={setGrants} />
        </form>
      )}
    </Dialog>
  )
}
