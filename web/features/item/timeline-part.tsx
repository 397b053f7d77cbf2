import { i18n } from '@lingui/core'
import { iconHistory } from '@siemens/ix-icons/icons'
import { useState } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import type { VersionRow, Versions } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { itemPath } from '../../routing/item-path.ts'
import { useQueryWord } from '../../routing/location.ts'
import { ApproveDialog } from './approve-dialog.tsx'
import { CaptureList } from './capture-list.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { itemAddress } from './item-queries.ts'
import { type VersionAct, VersionEntry } from './version-entry.tsx'

/** What the device has held since when: its versions, or every single reading. */
export function TimelinePart({ item }: { item: Item }) {
  const list = useQueryWord('list') === 'captures' ? 'captures' : 'versions'
  const tabs = [
    { name: 'versions', label: i18n.t('Versions'), href: itemPath(item.id, { part: 'timeline' }) },
    {
      name: 'captures',
      label: i18n.t('Every capture'),
      href: itemPath(item.id, { part: 'timeline', list: 'captures' }),
    },
  ]
  return (
    <div className="card">
      <Tabs tabs={tabs} current={list} label={i18n.t('Timeline')} />
      {list === 'versions' ? <VersionList item={item} /> : <CaptureList item={item.id} />}
    </div>
  )
}

function VersionList({ item }: { item: Item }) {
  const { query, rows, more } = useRows<VersionRow, Versions>(
    ['item', item.id, 'versions'],
    itemAddress(item.id, '/versions'),
    {
      limit: '50',
    },
  )
  const [open, setOpen] = useState<{ act: VersionAct; version: VersionRow } | null>(null)
  const close = () => setOpen(null)
  return (
    <Answer query={query}>
      {() =>
        rows.length === 0 ? (
          <Empty icon={iconHistory} title={i18n.t('No version yet')}>
            <p>{i18n.t('Capture it once: what the device holds becomes its first version.')}</p>
          </Empty>
        ) : (
          <>
            <ol className="timeline">
              {rows.map((version, index) => (
                <VersionEntry
                  key={version.id}
                  item={item}
                  version={version}
                  before={rows[index + 1]?.id ?? null}
                  onAct={act => setOpen({ act, version })}
                />
              ))}
            </ol>
            {query.hasNextPage && (
              <p className="list-foot">
                <Button busy={query.isFetchingNextPage} onClick={more}>
                  {i18n.t('Earlier versions')}
                </Button>
              </p>
            )}
            {open?.act === 'approve' && <ApproveDialog item={item.id} version={open.version.id} onClose={close} />}
            {(open?.act === 'hold' || open?.act === 'release') && (
              <HoldDialog item={item.id} version={open.version.id} act={open.act} onClose={close} />
            )}
          </>
        )
      }
    </Answer>
  )
}
