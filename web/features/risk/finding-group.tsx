import { i18n } from '@lingui/core'
import { iconChevronDownSmall, iconChevronRightSmall } from '@siemens/ix-icons/icons'
import { useId, useMemo, useState } from 'react'
import type { Finding, Findings, FindingGroup as Group } from '../../../src/api/schema/finding.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { SeverityPill } from '../../components/severity-pill.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { useMay } from '../../session/use-session.ts'
import { actOf, remedyOf } from '../../text/told.ts'
import { classWord, findingTitle } from '../../text/words.ts'
import type { Acknowledged } from './acknowledge-dialog.tsx'
import { Acknowledge, BorneBy, Subject } from './finding-row.tsx'
import type { FindingWords } from './finding-words.ts'

interface Props {
  readonly group: Group
  /** What the list is cut down to. */
  readonly words: FindingWords
  /** Until somebody opens or closes it. */
  readonly opened: boolean
  readonly onAcknowledge: (of: Acknowledged) => void
}

/** The findings of one code: what they are and what closes them is said once, whom they concern when it is asked. */
export function FindingGroup({ group, words, opened, onAcknowledge }: Props) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const open = chosen ?? opened
  const id = useId()
  const may = useMay('acknowledge')
  const { code, count, severity, first } = group
  return (
    <li className="finding-group">
      <div className="finding">
        <SeverityPill severity={severity} />
        <div>
          <h3>
            <button
              type="button"
              className="fold"
              aria-expanded={open}
              aria-controls={open ? id : undefined}
              onClick={() => setChosen(!open)}
            >
              <Icon of={open ? iconChevronDownSmall : iconChevronRightSmall} />
              {findingTitle(code)}
            </button>
          </h3>
          <p className="soft">
            <Name>{actOf(code) ?? remedyOf(first)}</Name>
          </p>
        </div>
        <b className="num" data-label={i18n.t('Findings')}>
          {count.toLocaleString(i18n.locale)}
        </b>
        {may && group.open > 1 && (
          <Button
            small
            onClick={() => onAcknowledge({ code, count: group.open, of: words.of, severity: words.severity })}
          >
            {i18n.t('Acknowledge all…')}
          </Button>
        )}
      </div>
      {open && (
        <div id={id}>
          <GroupRows {...{ group, words, onAcknowledge }} />
        </div>
      )}
    </li>
  )
}

function GroupRows({ group: { code, count }, words, onAcknowledge }: Omit<Props, 'opened'>) {
  const asked = { ...words, code, limit: '200' }
  const { query, rows, more } = useRows<Finding, Findings>(['findings'], '/api/findings', asked)
  const differ = useMemo(() => new Set(rows.map(sharedRemedy)).size > 1, [rows])
  const columns = useMemo(() => columnsOf(differ, onAcknowledge), [differ, onAcknowledge])
  return (
    <Answer query={query} lines={3}>
      {() => (
        <VirtualTable
          label={findingTitle(code)}
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          total={count}
          onEnd={more}
        />
      )}
    </Answer>
  )
}

/** The same for findings that differ by their subject alone. */
function sharedRemedy(finding: Finding): string {
  return remedyOf(finding).replaceAll(finding.subject, '…')
}

function columnsOf(differ: boolean, onAcknowledge: Props['onAcknowledge']): readonly Column<Finding>[] {
  const remedy: Column<Finding> = {
    id: 'remedy',
    label: i18n.t('What closes it'),
    className: 'sentence',
    cell: finding => <Name>{remedyOf(finding)}</Name>,
  }
  return [
    {
      id: 'subject',
      label: i18n.t('Concerns'),
      className: 'main-cell',
      cell: finding => (
        <>
          <Subject finding={finding} />
          <BorneBy finding={finding} />
        </>
      ),
    },
    { id: 'severity', label: i18n.t('Severity'), className: 'bare', cell: row => <SeverityPill {...row} /> },
    ...(differ ? [remedy] : []),
    { id: 'class', label: i18n.t('Criticality'), cell: row => classWord(row.class) },
    {
      id: 'act',
      label: i18n.t('Act'),
      hidesLabel: true,
      className: 'end',
      cell: finding => <Acknowledge {...{ finding, onAcknowledge }} />,
    },
  ]
}
