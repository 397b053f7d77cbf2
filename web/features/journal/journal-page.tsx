import { i18n } from '@lingui/core'
import { iconHistoryList } from '@siemens/ix-icons/icons'
import { useMemo, useState } from 'react'
import type { Journal, JournalRow } from '../../../src/api/schema/journal.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Empty } from '../../components/empty.tsx'
import { ClippedName, Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { TakesRight } from '../../components/takes-right.tsx'
import { Time } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useQueryWord } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { visibleText } from '../../text/visible-text.ts'
import { eventTypes, eventWord } from './event-word.ts'
import { journalSentence } from './journal-sentence.ts'

/** Who did what, when and from where; it can only grow. */
export function JournalPage() {
  const may = useMay('read-journal')
  if (may) return <WholeJournal />
  return (
    <TakesRight
      title={i18n.t('Journal')}
      right={i18n.t('read the journal')}
      who={i18n.t('Engineers of the whole site and administrators have it.')}
    />
  )
}

function WholeJournal() {
  const [who, what, item] = [useQueryWord('who'), useQueryWord('what'), useQueryWord('item')]
  const { query, rows, more } = useRows<JournalRow, Journal>(['journal'], '/api/journal', {
    who,
    what,
    item,
    limit: '200',
  })
  const [open, setOpen] = useState<JournalRow | null>(null)
  const columns = useMemo(() => journalColumns(setOpen), [])
  return (
    <Page
      title={i18n.t('Journal')}
      lead={i18n.t(
        'Every line holds the digest of the line before it: what was written cannot be changed without being seen.',
      )}
    >
      <search className="filters">
        <SearchField label={i18n.t('Who')} word="who" hint={i18n.t('A person, or node')} />
        <SearchField label={i18n.t('Item or asset')} word="item" hint="plc-filler/program" />
        <ChoiceFilter
          label={i18n.t('What')}
          word="what"
          choices={eventTypes.map(value => ({ value, label: eventWord(value) }))}
        />
      </search>
      <div className="card">
        <Answer query={query}>
          {() =>
            rows.length === 0 && !query.hasNextPage ? (
              <Empty icon={iconHistoryList} title={i18n.t('No line matches')} />
            ) : (
              <>
                <VirtualTable
                  label={i18n.t('Journal')}
                  columns={columns}
                  rows={rows}
                  keyOf={row => String(row.seq)}
                  total={null}
                  onEnd={more}
                />
                {query.hasNextPage && (
                  <p className="list-foot">
                    <Button busy={query.isFetchingNextPage} onClick={more}>
                      {i18n.t('Earlier lines')}
                    </Button>
                  </p>
                )}
              </>
            )
          }
        </Answer>
      </div>
      {open !== null && (
        <Dialog wide title={i18n.t('Line {seq} of the journal', { seq: open.seq })} onClose={() => setOpen(null)}>
          <p>
            <Time at={open.time} /> · <Name>{open.actor}</Name> ·{' '}
            {open.from === null ? i18n.t('on the node') : <Name>{open.from}</Name>}
          </p>
          <pre className="raw-event">{visibleText(JSON.stringify(open.event, null, 2))}</pre>
        </Dialog>
      )}
    </Page>
  )
}

function journalColumns(show: (row: JournalRow) => void): readonly Column<JournalRow>[] {
  return [
    { id: 'time', label: i18n.t('Time'), className: 'main-cell', cell: row => <Time at={row.time} /> },
    { id: 'who', label: i18n.t('Who'), cell: row => <ClippedName>{row.actor}</ClippedName> },
    {
      id: 'from',
      label: i18n.t('Where from'),
      cell: row => <ClippedName className="soft">{row.from ?? '–'}</ClippedName>,
    },
    { id: 'what', label: i18n.t('What'), cell: row => <span className="nowrap">{eventWord(row.what)}</span> },
    {
      id: 'sentence',
      label: i18n.t('Told'),
      className: 'sentence',
      cell: row => <Name>{journalSentence(row)}</Name>,
    },
    {
      id: 'item',
      label: i18n.t('Item'),
      className: 'wide-only',
      cell: row =>
        row.item !== null && (
          <Link href={row.item.includes('/') ? itemPath(row.item) : `/assets/${encodeURIComponent(row.item)}`}>
            <ClippedName>{row.item}</ClippedName>
          </Link>
        ),
    },
    {
      id: 'seq',
      label: i18n.t('Line'),
      className: 'end',
      cell: row => (
        <Button small kind="quiet" onClick={() => show(row)} title={i18n.t('Show the line as it is')}>
          {row.seq}
        </Button>
      ),
    },
  ]
}
