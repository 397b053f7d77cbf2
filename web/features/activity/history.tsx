import { i18n } from '@lingui/core'
import { iconHistory } from '@siemens/ix-icons/icons'
import { useMemo } from 'react'
import type { CaptureRow, Captures } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import { Empty } from '../../components/empty.tsx'
import { ClippedName, Name } from '../../components/name.tsx'
import { OutcomePill } from '../../components/outcome-pill.tsx'
import { Time } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told, toldFailure } from '../../text/told.ts'
import { VersionName } from '../item/version-name.tsx'

/** Every capture of the site, the newest first; failures in the device's own words, with what to do. */
export function History() {
  const outcome = useQueryWord('outcome')
  const own = useQueryWord('own') === 'shown'
  const words = { outcome, own: String(own), limit: '200' }
  const { query, rows, more } = useRows<CaptureRow, Captures>(['captures'], '/api/captures', words)
  const columns = useMemo(historyColumns, [])
  return (
    <section className="card" aria-labelledby="history">
      <div className="card-head">
        <h2 id="history">{i18n.t('History')}</h2>
        <Button small aria-pressed={own} onClick={() => setQuery({ own: own ? null : 'shown' })}>
          {i18n.t('The node’s own')}
        </Button>
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
              keyOf={row => `${row.item} ${row.time} ${row.outcome}`}
              total={null}
              onEnd={more}
            />
          )
        }
      </Answer>
    </section>
  )
}

function historyColumns(): readonly Column<CaptureRow>[] {
  return [
    {
      id: 'item',
      label: i18n.t('Item'),
      className: 'main-cell',
      // what the node keeps of itself has no page
      cell: row =>
        row.item.startsWith('node/') ? (
          <ClippedName>{row.item}</ClippedName>
        ) : (
          <Link href={itemPath(row.item)}>
            <ClippedName>{row.item}</ClippedName>
          </Link>
        ),
    },
    { id: 'time', label: i18n.t('Time'), cell: row => <Time at={row.time} /> },
    { id: 'outcome', label: i18n.t('Outcome'), className: 'bare', cell: row => <OutcomePill outcome={row.outcome} /> },
    {
      id: 'took',
      label: i18n.t('Took'),
      className: 'num',
      cell: row => (row.took === null ? '–' : formatDuration(row.took, 'short')),
    },
    { id: 'told', label: i18n.t('Version, or what failed'), className: 'sentence', cell: row => <Told row={row} /> },
  ]
}

function Told({ row: { failure, version } }: { row: CaptureRow }) {
  if (failure === null) return version === null ? null : <VersionName id={version} />
  return (
    <>
      <span className="bad-text">
        <Name>{toldFailure(failure)}</Name>
      </span>{' '}
      <Name>{failure.remedy === failure.message ? '' : told(failure.remedy)}</Name>
    </>
  )
}
