import { i18n } from '@lingui/core'
import type { Finding } from '../../../src/api/schema/finding.ts'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { SeverityPill } from '../../components/severity-pill.tsx'
import { Time } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { remedyOf } from '../../text/told.ts'
import { classWord, findingTitle } from '../../text/words.ts'

interface Props {
  readonly finding: Finding
  readonly onAcknowledge: (finding: Finding) => void
}

/** A finding that is the only one of its code. */
export function FindingRow({ finding, onAcknowledge }: Props) {
  return (
    <li className={`finding ${finding.acknowledged === null ? '' : 'borne'}`}>
      <SeverityPill severity={finding.severity} />
      <div>
        <p className="need-what">
          {findingTitle(finding.code)} · <Subject finding={finding} />
        </p>
        <p className="soft">
          <Name>{remedyOf(finding)}</Name>
        </p>
        <BorneBy finding={finding} />
      </div>
      {finding.class !== null && (
        <span className="soft small nowrap" data-label={i18n.t('Criticality')}>
          {classWord(finding.class)}
        </span>
      )}
      <Acknowledge {...{ finding, onAcknowledge }} />
    </li>
  )
}

/** Leads to its page, where it has one. */
export function Subject({ finding: { code, subject, about } }: { finding: Finding }) {
  if (code.startsWith('verification-')) {
    return (
      <Link href="/storage">
        <Name>{subject}</Name>
      </Link>
    )
  }
  if (about === 'other') return <Name>{subject}</Name>
  const page = about === 'asset' ? '/assets/' : '/processes/'
  return (
    <Link href={about === 'item' ? itemPath(subject) : `${page}${encodeURIComponent(subject)}`}>
      <Name>{subject}</Name>
    </Link>
  )
}

export function BorneBy({ finding: { acknowledged } }: { finding: Finding }) {
  if (acknowledged === null) return null
  return (
    <p className="small">
      {i18n.t('Borne by')} <Name>{acknowledged.actor}</Name> {i18n.t('until')} <Time at={acknowledged.until} />:{' '}
      <Name>{acknowledged.reason}</Name>
    </p>
  )
}

/** For whoever may. */
export function Acknowledge({ finding, onAcknowledge }: Props) {
  if (!useMay('acknowledge')) return null
  return (
    <Button small onClick={() => onAcknowledge(finding)}>
      {finding.acknowledged === null ? i18n.t('Acknowledge…') : i18n.t('Change…')}
    </Button>
  )
}
