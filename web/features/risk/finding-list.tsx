import { i18n } from '@lingui/core'
import { iconSuccess } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Findings } from '../../../src/api/schema/finding.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { SeverityPill } from '../../components/severity-pill.tsx'
import { AcknowledgeDialog, type Acknowledged } from './acknowledge-dialog.tsx'
import { FindingGroup } from './finding-group.tsx'
import { FindingRow } from './finding-row.tsx'
import { type FindingWords, findingGroupsQuery } from './finding-words.ts'
import './risk.css'

/** What is wanting, a line for each kind of it. */
export function FindingList({ of = null, code = null, severity = null, acknowledged = null }: Partial<FindingWords>) {
  const words = { of, code, severity, acknowledged }
  const query = useQuery(findingGroupsQuery(words))
  const [open, setOpen] = useState<Acknowledged | null>(null)
  return (
    <section className="card" aria-labelledby="findings">
      <div className="card-head">
        <h2 id="findings">{i18n.t('Findings')}</h2>
        {query.data !== undefined && <Counts findings={query.data} />}
      </div>
      <Answer query={query}>
        {({ codes }) =>
          codes.length === 0 ? (
            <Empty icon={iconSuccess} title={i18n.t('No finding')}>
              <p>{i18n.t('Nothing that is computed from the facts speaks against it.')}</p>
            </Empty>
          ) : (
            <ul className="rows">
              {codes.map(group =>
                group.count === 1 ? (
                  <FindingRow key={group.code} finding={group.first} onAcknowledge={setOpen} />
                ) : (
                  <FindingGroup
                    key={group.code}
                    {...{ group, words }}
                    opened={codes.length === 1}
                    onAcknowledge={setOpen}
                  />
                ),
              )}
            </ul>
          )
        }
      </Answer>
      {open !== null && <AcknowledgeDialog of={open} onClose={() => setOpen(null)} />}
    </section>
  )
}

function Counts({ findings: { severities, total, acknowledged } }: { findings: Findings }) {
  return (
    <div className="row">
      {(['high', 'medium', 'low'] as const).map(
        severity =>
          severities[severity] > 0 && <SeverityPill key={severity} severity={severity} count={severities[severity]} />,
      )}
      {acknowledged > 0 && (
        <span className="soft small">
          {i18n.t('{count, plural, one {# of them acknowledged} other {# of them acknowledged}}', {
            count: acknowledged,
          })}
        </span>
      )}
      <span className="soft num">{total.toLocaleString(i18n.locale)}</span>
    </div>
  )
}
