import { i18n } from '@lingui/core'
import { iconHistory, iconWarningFilled } from '@siemens/ix-icons/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SiteVersions } from '../../../src/api/schema/site.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Time } from '../../components/time.tsx'
import { toast } from '../../components/toasts.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { navigate } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { formatBytes } from '../../text/format-bytes.ts'
import { HunkList } from '../difference/hunk-list.tsx'
import { SaveDialog } from './save-dialog.tsx'
import { onDisk, replacedText, saveSite, siteQuery, siteVersionQuery } from './site-requests.ts'

type Row = SiteVersions['rows'][number]

/** Every definition that was stored, those among them that had errors and were never in force. */
export function SiteVersionsPart() {
  const { query, rows, more } = useRows<Row, SiteVersions>(['site', 'versions'], '/api/site/versions')
  const may = useMay('edit-site')
  const [open, setOpen] = useState<{ version: string; act: 'compare' | 'take' } | null>(null)
  const close = () => setOpen(null)
  const newest = rows[0]?.id
  const columns: readonly Column<Row>[] = [
    { id: 'stored', label: i18n.t('Stored'), className: 'main-cell', cell: ({ time }) => <Time at={time} /> },
    {
      id: 'by',
      label: i18n.t('By'),
      cell: ({ actor }) => (actor === null ? <span className="soft">–</span> : <Name>{actor}</Name>),
    },
    {
      id: 'errors',
      label: i18n.t('Check'),
      cell: ({ errors }) =>
        errors !== null && errors > 0 ? (
          <Pill tone="warn" icon={iconWarningFilled}>
            {i18n.t('{errors, plural, =0 {no error} one {# error} other {# errors}}', { errors })}
          </Pill>
        ) : null,
    },
    { id: 'size', label: i18n.t('Size'), className: 'num', cell: ({ bytes }) => formatBytes(bytes) },
    {
      id: 'act',
      label: i18n.t('Act'),
      hidesLabel: true,
      className: 'end',
      cell: ({ id, errors }) =>
        id === newest ? (
          <span className="soft">{i18n.t('newest')}</span>
        ) : (
          <span className="buttons">
            <Button small onClick={() => setOpen({ version: id, act: 'compare' })}>
              {i18n.t('Compare with the one in force')}
            </Button>
            {may && (errors ?? 0) === 0 && (
              <Button small onClick={() => setOpen({ version: id, act: 'take' })}>
                {i18n.t('Take this one again…')}
              </Button>
            )}
          </span>
        ),
    },
  ]
  return (
    <div className="card">
      <Answer query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={iconHistory} title={i18n.t('No version of site.yaml yet')}>
              <p>{i18n.t('It is captured with every sweep, and whenever it is saved here.')}</p>
            </Empty>
          ) : (
            <PlainTable rows={rows} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Answer>
      {query.hasNextPage && (
        <p className="list-foot">
          <Button busy={query.isFetchingNextPage} onClick={more}>
            {i18n.t('Earlier versions')}
          </Button>
        </p>
      )}
      {open?.act === 'compare' && <VersionDialog version={open.version} onClose={close} />}
      {open?.act === 'take' && <TakeAgain version={open.version} onClose={close} />}
    </div>
  )
}

function VersionDialog({ version, onClose }: { version: string; onClose: () => void }) {
  const query = useQuery(siteVersionQuery(version))
  const may = useMay('edit-site')
  return (
    <Dialog
      wide
      title={i18n.t('An earlier site.yaml against the one in force')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Close')}</Button>
          {may && (
            <Button kind="primary" onClick={() => navigate(`/settings?back=${encodeURIComponent(version)}`)}>
              {i18n.t('Bring it back into the editor')}
            </Button>
          )}
        </>
      }
    >
      <Answer query={query}>
        {({ hunks }) => (hunks.length === 0 ? <p>{i18n.t('Nothing differs')}</p> : <HunkList hunks={hunks} />)}
      </Answer>
    </Dialog>
  )
}

/** An earlier definition is put in force again, as any other is: what changes is shown first. */
function TakeAgain({ version, onClose }: { version: string; onClose: () => void }) {
  const client = useQueryClient()
  const earlier = useQuery(siteVersionQuery(version)).data
  const inForce = useQuery(siteQuery).data
  if (earlier === undefined || inForce === undefined) return null
  async function save(): Promise<void> {
    if (earlier === undefined || inForce === undefined) return
    try {
      client.setQueryData(siteQuery.queryKey, await saveSite(earlier.text, onDisk(inForce).etag))
    } finally {
      void client.invalidateQueries({ queryKey: ['site'] })
    }
    toast(i18n.t('Saved, and in force. The definition before it is kept as a version.'))
    onClose()
  }
  const replaced = replacedText(inForce, earlier.text)
  return <SaveDialog text={earlier.text} replaced={replaced} onSave={save} onClose={onClose} />
}
