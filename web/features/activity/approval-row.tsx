import { i18n } from '@lingui/core'
import { iconHourglass, iconSuccess } from '@siemens/ix-icons/icons'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Approval, RestoreAnswer } from '../../../src/api/schema/run.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { Age, Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { useOneShot } from '../../requests/use-one-shot.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { VersionName } from '../item/version-name.tsx'

/** Of an approval: it waits for a second person, or for the first to go on. */
export const isOpen = ({ state, own }: Approval) => state === 'waiting' || (state === 'approved' && own)

/** A write-back that somebody has asked a second person for. */
export function ApprovalRow({ approval }: { approval: Approval }) {
  const { item, version, asker, asked, expires, reason, withoutSafety } = approval
  return (
    <div className="stack">
      <p className="row">
        <Icon of={approval.state === 'approved' ? iconSuccess : iconHourglass} />
        <span>
          <b>
            <Name>{asker}</Name>
          </b>{' '}
          {i18n.t('wants to write back')}{' '}
          <Link href={itemPath(item, { part: 'difference', from: version, to: 'latest' })}>{item}</Link>{' '}
          <VersionName id={version} />: <Name>{reason}</Name>
        </span>
        <span className="soft small">
          <Age at={asked} /> · {i18n.t('expires')} <Time at={expires} />
        </span>
      </p>
      {withoutSafety && (
        <Banner tone="warn" inside title={i18n.t('Without the safety capture')}>
          {i18n.t('It is written even if the device cannot be read first: what it holds now may be lost.')}
        </Banner>
      )}
      {approval.mayDecide && <Decision approval={approval} />}
      {approval.own && <Own approval={approval} />}
      {!approval.mayDecide && !approval.own && (
        <p className="soft">{i18n.t('It waits for a second engineer of this zone.')}</p>
      )}
    </div>
  )
}

function useApprovals() {
  const client = useQueryClient()
  return {
    onSettled: () => {
      for (const key of ['approvals', 'runs', 'overview']) void client.invalidateQueries({ queryKey: [key] })
    },
    onError: (error: Error) => toast(errorText(error), 'bad'),
  }
}

function Decision({ approval }: { approval: Approval }) {
  const [note, setNote] = useState('')
  const decide = useOneShot({
    mutationFn: (approve: boolean) => {
      const body = { approve, note: note.trim() }
      return request(`/api/approvals/${encodeURIComponent(approval.id)}/decide`, { method: 'POST', body })
    },
    ...useApprovals(),
  })
  return (
    <div className="filters">
      <Field label={i18n.t('Note')} className="search">
        {ties => <input {...ties} value={note} maxLength={1000} onChange={event => setNote(event.target.value)} />}
      </Field>
      <Button kind="primary" busy={decide.isBusy} onClick={() => decide.act(true)}>
        {i18n.t('Agree')}
      </Button>
      <Button busy={decide.isBusy} onClick={() => decide.act(false)}>
        {i18n.t('Refuse')}
      </Button>
    </div>
  )
}

/** Whoever asked waits, or goes on once somebody has agreed. */
function Own({ approval }: { approval: Approval }) {
  const { id, item, version, withoutSafety, state, decider, expires } = approval
  const settled = useApprovals()
  const write = useOneShot({
    mutationFn: () => {
      // whether what the device holds is captured first is as the second person has agreed to it
      const body = { item, version, confirm: item, approval: id, withoutSafety }
      return request<RestoreAnswer>('/api/restores', { method: 'POST', body })
    },
    ...settled,
  })
  const withdraw = useOneShot({
    mutationFn: () => request(`/api/approvals/${encodeURIComponent(id)}/withdraw`, { method: 'POST' }),
    ...settled,
  })
  const back = (
    <Button busy={withdraw.isBusy} onClick={() => withdraw.act()}>
      {i18n.t('Withdraw')}
    </Button>
  )
  if (state !== 'approved')
    return (
      <div className="row">
        <span className="soft">
          {i18n.t('It waits for a second engineer of this zone. Whoever asked cannot agree.')}
        </span>
        {back}
      </div>
    )
  return (
    <Banner
      tone="ok"
      inside
      title={
        <>
          {i18n.t('Agreed by')} <Name>{decider ?? ''}</Name>, {i18n.t('until')} <Time at={expires} />
        </>
      }
      action={
        <span className="buttons">
          <Button kind="danger primary" busy={write.isBusy} onClick={() => write.act()}>
            {i18n.t('Write to the device now')}
          </Button>
          {back}
        </span>
      }
    >
      {i18n.t('Nothing is written until you do it. After that time a second person must be asked again.')}
    </Banner>
  )
}
