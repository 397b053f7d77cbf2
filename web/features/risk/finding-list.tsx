import { i18n } from '@lingui/core'
import { iconSuccess } from '@siemens/ix-icons/icons'
import { useState } from 'react'
import type { Finding, Findings } from '../../../src/api/schema/finding.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { SeverityPill } from '../../components/severity-pill.tsx'
import { Time } from '../../components/time.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { remedyOf } from '../../text/told.ts'
import { classWord, findingTitle } from '../../text/words.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import './risk.css'

interface Props {
  /** Whom they concern; null: the site. */
  readonly of?: string | null
  readonly code?: string | null
  readonly severity?: string | null
  readonly acknowledged?: string | null
}

export function FindingList({ of = null, code = null, severity = null, acknowledged = null }: Props) {
  const { query, rows, first, more } = useRows<Finding, Findings>(['findings'], '/api/findings', {
    of,
    code,
    severity,
    acknowledged,
    limit: '100',
  })
  const [open, setOpen] = useState<Finding | null>(null)
  return (
    <section className="card" aria-labelledby="findings">
      <div className="card-head">
        <h2 id="findings">{i18n.t('Findings')}</h2>
        {first !== undefined && <span className="soft num">{first.total}</span>}
      </div>
      <Answer query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={iconSuccess} title={i18n.t('No finding')}>
              <p>{i18n.t('Nothing that is computed from the facts speaks against it.')}</p>
            </Empty>
          ) : (
            <ul className="rows">
              {rows.map(finding => (
                <FindingRow key={finding.id} finding={finding} onAcknowledge={() => setOpen(finding)} />
              ))}
            </ul>
          )
        }
      </Answer>
      {query.hasNextPage && (
        <p className="list-foot">
          <Button busy={query.isFetchingNextPage} onClick={more}>
            {i18n.t('More findings')}
          </Button>
        </p>
      )}
      {open !== null && <AcknowledgeDialog finding={open} onClose={() => setOpen(null)} />}
    </section>
  )
}

function FindingRow({ finding, onAcknowledge }: { finding: Finding; onAcknowledge: () => void }) {
  const may = useMay('acknowledge')
  const { acknowledged } = finding
  return (
    <li className={`finding ${acknowledged === null ? '' : 'borne'}`}>
      <SeverityPill severity={finding.severity} />
      <div>
        <p className="need-what">
          {findingTitle(finding.code)} · <Subject subject={finding.subject} />
        </p>
        <p className="soft">
          <Name>{remedyOf(finding)}</Name>
        </p>
        {acknowledged !== null && (
          <p className="small">
            {i18n.t('Borne by')} <Name>{acknowledged.actor}</Name> {i18n.t('until')} <Time at={acknowledged.until} />:{' '}
            <Name>{acknowledged.reason}</Name>
          </p>
        )}
      </div>
      <span className="soft small nowrap">{finding.class !== null && classWord(finding.class)}</span>
      {may && (
        <Button small onClick={onAcknowledge}>
          {acknowledged === null ? i18n.t('Acknowledge…') : i18n.t('Change…')}
        </Button>
      )}
    </li>
  )
}

/** An item's subject leads to its page; others are told. */
function Subject({ subject }: { subject: string }) {
  if (!/^[a-z0-9._-]+\/[a-z0-9._-]+$/u.test(subject)) return <Name>{subject}</Name>
  return (
    <Link href={itemPath(subject)}>
      <Name>{subject}</Name>
    </Link>
  )
}
