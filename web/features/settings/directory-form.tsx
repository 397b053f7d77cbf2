import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { DirectoryLdap } from '../../../src/api/schema/directory.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { GroupFields } from './group-fields.tsx'
import { mappingsOf, newRow, rowsOf } from './group-rows.ts'

/** What was typed into a field; empty where there is none of that name. */
export type Word = (name: string) => string

interface Props {
  readonly kind: 'ldap' | 'oidc'
  readonly title: string
  readonly grants: Parameters<typeof rowsOf>[0]
  /** What is sent, of what was typed. */
  readonly body: (word: Word, grants: DirectoryLdap['grants']) => object
  readonly onClose: () => void
  readonly children: ReactNode
}

export function DirectoryForm({ kind, title, grants, body, onClose, children }: Props) {
  const client = useQueryClient()
  const [rows, setRows] = useState(grants.length === 0 ? [newRow] : rowsOf(grants))
  const save = useMutation({
    mutationFn: (sent: object) => request(`/api/directory/${kind}`, { method: 'PUT', body: sent }),
    onSuccess: () => {
      toast(i18n.t('Set: its people sign in from now on.'))
      void client.invalidateQueries({ queryKey: ['directory'] })
      onClose()
    },
    // what the page remembers of a request holds no secret
    gcTime: 0,
  })
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    save.mutate(body(name => String(form.get(name) ?? '').trim(), mappingsOf(rows)))
  }
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="primary" type="submit" form={`set-${kind}`} busy={save.isPending}>
            {i18n.t('Save')}
          </Button>
        </>
      }
    >
      <form id={`set-${kind}`} className="stack" onSubmit={submit}>
        {save.error !== null && (
          <Banner tone="bad" inside>
            {errorText(save.error)}
          </Banner>
        )}
        {children}
        <GroupFields rows={rows} onChange={setRows} />
      </form>
    </Dialog>
  )
}

interface TextProps {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly given: string
  readonly required?: boolean
}

export function TextField({ name, label, hint, given, required = false }: TextProps) {
  return (
    <Field label={label} hint={hint}>
      {ties => (
        <input
          {...ties}
          name={name}
          defaultValue={given}
          required={required}
          maxLength={500}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
    </Field>
  )
}
