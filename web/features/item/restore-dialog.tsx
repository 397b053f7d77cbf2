import { i18n } from '@lingui/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import type { RestoreAnswer, RestoreRequest } from '../../../src/api/schema/run.ts'
import type { VersionRow } from '../../../src/api/schema/version.ts'
import { errorText, Loading } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { useOneShot } from '../../requests/use-one-shot.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { firstChoice, holdsApproved } from './first-choice.ts'
import { newestVersionsQuery } from './item-queries.ts'
import { VersionOptions } from './version-options.tsx'

type Body = Pick<RestoreRequest, 'item' | 'version' | 'confirm' | 'withoutSafety' | 'reason' | 'breakGlass'>

interface Props {
  readonly item: Item
  /** Chosen beforehand; null: what is most probably meant, or none. */
  readonly version: string | null
  readonly onClose: () => void
}

/** Writes a version back to its device. Says what, where to and with what effect, and takes nothing for granted. */
export function RestoreDialog({ item, version, onClose }: Props) {
  // what it begins with rests on what the device holds now, not on what the page remembers
  const { data, isFetchedAfterMount } = useQuery({ ...newestVersionsQuery(item.id), refetchOnMount: 'always' })
  return (
    <Dialog title={i18n.t('Roll the device back')} onClose={onClose}>
      {data === undefined || !isFetchedAfterMount ? (
        <Loading lines={4} />
      ) : (
        <RestoreForm
          item={item}
          chosen={version ?? firstChoice(data.rows, item.approvedVersion)}
          versions={data.rows}
          onClose={onClose}
        />
      )}
    </Dialog>
  )
}

function RestoreForm({
  item,
  chosen,
  versions,
  onClose,
}: {
  item: Item
  chosen: string
  versions: readonly VersionRow[]
  onClose: () => void
}) {
  const client = useQueryClient()
  const [version, setVersion] = useState(chosen)
  const [typed, setTyped] = useState('')
  const [emergency, setEmergency] = useState(false)
  const [reason, setReason] = useState('')
  const [withoutSafety, setWithoutSafety] = useState(false)
  const write = useOneShot({
    mutationFn: (body: Body) => request<RestoreAnswer>('/api/restores', { method: 'POST', body }),
    onSuccess: ({ state }) => {
      if (state === 'approval')
        toast(i18n.t('A second engineer of this zone is asked. You write once they have agreed.'))
      // the item's page goes on with what happens
      for (const key of ['runs', 'approvals']) void client.invalidateQueries({ queryKey: [key] })
      onClose()
    },
  })
  const matches = typed.trim() === item.id
  const asks = item.twoPeople && !emergency
  const explains = asks || emergency
  const ready = matches && version !== '' && (!explains || reason.trim() !== '')
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!ready) return
    const why = reason.trim()
    const told = why === '' ? {} : emergency ? { breakGlass: why } : { reason: why }
    write.act({ item: item.id, version, confirm: typed.trim(), withoutSafety, ...told })
  }
  return (
    <form className="stack" onSubmit={submit}>
      {write.error !== null && (
        <Banner tone="bad" inside>
          {errorText(write.error)}
        </Banner>
      )}
      <dl className="facts">
        <div>
          <dt>{i18n.t('Device')}</dt>
          <dd>
            <Name>{item.assetName ?? item.asset}</Name> <span className="soft small">{item.asset}</span>
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Effect')}</dt>
          <dd>
            <span className={item.restore === 'stops' ? 'effect stops' : 'effect'}>{effectWord(item.restore)}</span>
          </dd>
        </div>
      </dl>
      <Effect impact={item.restore} />
      {asks && (
        <Banner tone="info" inside title={i18n.t('This zone asks for two people')}>
          {i18n.t('A second engineer reads your reason and agrees or refuses. Nothing is written before that.')}
        </Banner>
      )}
      {holdsApproved(versions) && (
        <Banner tone="ok" inside title={i18n.t('The device holds the approved version already')}>
          {i18n.t('So it did when it was last read. What you write now takes its place.')}
        </Banner>
      )}
      <Field label={i18n.t('Version to write')}>
        {ties => (
          <select {...ties} value={version} required onChange={event => setVersion(event.target.value)}>
            {version === '' && <option value="">{i18n.t('Choose a version')}</option>}
            <VersionOptions item={item} versions={versions} chosen={version} />
          </select>
        )}
      </Field>
      {version !== '' && <Chosen item={item} id={version} row={versions.find(({ id }) => id === version)} />}
      <Field label={i18n.t('To confirm, type the item’s id: {id}', { id: item.id })}>
        {ties => (
          <input
            {...ties}
            className="mono"
            value={typed}
            autoComplete="off"
            spellCheck={false}
            autoCapitalize="none"
            onChange={event => setTyped(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={emergency ? i18n.t('Reason for breaking the glass') : i18n.t('Reason')}
        hint={
          emergency
            ? undefined
            : asks
              ? i18n.t('For the second person, and for the journal.')
              : i18n.t('For the journal.')
        }
      >
        {ties => (
          <input {...ties} value={reason} required={explains} onChange={event => setReason(event.target.value)} />
        )}
      </Field>
      <details className="more">
        <summary>{i18n.t('Emergency')}</summary>
        <div className="stack emergency">
          {item.twoPeople && (
            <label className="check">
              <input type="checkbox" checked={emergency} onChange={event => setEmergency(event.target.checked)} />
              {i18n.t('Break the glass: write without the second person. It is recorded and told to everyone.')}
            </label>
          )}
          <label className="check">
            <input type="checkbox" checked={withoutSafety} onChange={event => setWithoutSafety(event.target.checked)} />
            {i18n.t('Go on even if the device cannot be read first: what it holds now may be lost.')}
          </label>
        </div>
      </details>
      <div className="dialog-foot inner">
        <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
        <Button kind={asks ? 'primary' : 'danger primary'} type="submit" disabled={!ready} busy={write.isBusy}>
          {submitWord(item, asks)}
        </Button>
      </div>
    </form>
  )
}

/** What to know of a version before it is written. */
function Chosen({ item, id, row }: { item: Item; id: string; row: VersionRow | undefined }) {
  if (id === item.latest)
    return <p className="soft small">{i18n.t('It is what the device held when it was last read.')}</p>
  const difference = item.latest !== null && (
    <Link href={itemPath(item.id, { part: 'difference', from: id, to: item.latest })}>
      {i18n.t('How it differs from what is on the device')}
    </Link>
  )
  if (row?.unexpected !== true || row.approved || row.sameAsApproved === true)
    return <p className="small">{difference}</p>
  return (
    <Banner tone="bad" inside title={i18n.t('This version is marked “Unexpected”')}>
      {i18n.t('It appeared outside every change window of the item. Write it only if you know who made it, and why.')}{' '}
      {difference}
    </Banner>
  )
}

function submitWord(item: Item, asks: boolean): string {
  if (asks) return i18n.t('Ask for a second person')
  return item.restore === 'stops' ? i18n.t('Stop the machine and write') : i18n.t('Write to the device')
}

function effectWord(impact: Item['restore']): string {
  return { writes: i18n.t('writes'), stops: i18n.t('stops'), unsupported: i18n.t('not possible') }[impact]
}

function Effect({ impact }: { impact: Item['restore'] }) {
  if (impact === 'stops') {
    return (
      <Banner tone="bad" inside title={i18n.t('Writing STOPS the machine')}>
        {i18n.t('Make sure that it may stand still, and that nobody is in its reach when it starts again.')}
      </Banner>
    )
  }
  return (
    <Banner tone="warn" inside title={i18n.t('This writes to the device')}>
      {i18n.t(
        'First what it holds now is captured, so that you can go back. Then the version is written, read back and compared.',
      )}
    </Banner>
  )
}
