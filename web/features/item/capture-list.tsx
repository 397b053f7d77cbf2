import { i18n } from '@lingui/core'
import { iconHistory } from '@siemens/ix-icons/icons'
import { useMemo } from 'react'
import type { CaptureRow, Captures } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { OutcomePill } from '../../components/outcome-pill.tsx'
import { Time } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { useQueryWord } from '../../routing/location.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told, toldFailure } from '../../text/told.ts'
import { itemAddress } from './item-queries.ts'
import { VersionName } from './version-name.tsx'

export function CaptureList({ item }: { item: string }) {
  const outcome = useQueryWord('outcome')
  const { query, rows, more } = useRows<CaptureRow, Captures>(
    ['item', item, 'captures'],
    itemAddress(item, '/captures'),
    {
      outcome,
      limit: '200',
    },
  )
  const columns = useMemo(captureColumns, [])
  return (
    <>
      <div className="filters padded">
        <ChoiceFilter
          label={i18n.t('Outcome')}
          word="outcome"
          choices={[
            { value: 'changed', label: i18n.t('Changed') },
            { value: 'failed', label: i18n.t('Failed') },
          ]}
        />
      </div>
      <Answer query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={iconHistory} title={i18n.t('No capture of this kind')} />
          ) : (
            <VirtualTable
              label={i18n.t('Captures')}
              columns={columns}
              rows={rows}
              keyOf={row => `${row.time} ${row.outcome}`}
              total={null}
              onEnd={more}
            />
          )
        }
      </Answer>
    </>
  )
}

function captureColumns(): readonly Column<CaptureRow>[] {
  return [
    { id: 'time', label: i18n.t('Time'), className: 'main-cell', cell: row => <Time at={row.time} /> },
    { id: 'outcome', label: i18n.t('Outcome'), className: 'bare', cell: row => <OutcomePill outcome={row.outcome} /> },
    {
      id: 'took',
      label: i18n.t('Took'),
      className: 'num',
      cell: row => (row.took === null ? '–' : formatDuration(row.took, 'short')),
    },
    {
      id: 'version',
      label: i18n.t('Version'),
      cell: row =>
        row.failure === null ? (
          row.version !== null && <VersionName id={row.version} />
        ) : (
          <span>
            <Name>{toldFailure(row.failure)}</Name>{' '}
            <span className="soft">
              <Name>{told(row.failure.remedy)}</Name>
            </span>
          </span>
        ),
    },
  ]
}
