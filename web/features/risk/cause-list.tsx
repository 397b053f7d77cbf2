import { i18n } from '@lingui/core'
import { iconShieldHalf } from '@siemens/ix-icons/icons'
import type { Cause, Criticality } from '../../../src/api/schema/risk.ts'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { Link } from '../../routing/link.tsx'
import { setQuery } from '../../routing/location.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { toldCause, toldMode } from '../../text/told.ts'
import { classWord } from '../../text/words.ts'

export function Causes({ criticality, cell }: { criticality: Criticality; cell: string | null }) {
  const ids = criticality.matrix.find(({ s, p }) => `${s}-${p}` === cell)?.ids
  const chosen = ids === undefined ? criticality.causes : criticality.causes.filter(({ id }) => ids.includes(id))
  return (
    <section className="card" aria-labelledby="causes">
      <div className="card-head">
        <h2 id="causes">{ids === undefined ? i18n.t('What matters most first') : i18n.t('Causes in this cell')}</h2>
        {ids !== undefined && (
          <Button small onClick={() => setQuery({ cell: null })}>
            {i18n.t('Show all')}
          </Button>
        )}
      </div>
      {chosen.length === 0 ? (
        <Empty icon={iconShieldHalf} title={i18n.t('No cause here')}>
          <p>
            {ids === undefined
              ? i18n.t('State under failureModes in site.yaml how assets fail; the scores are computed from it.')
              : i18n.t('Nothing has this severity and this probability.')}
          </p>
        </Empty>
      ) : (
        <ul className="rows">
          {chosen.slice(0, 300).map(cause => (
            <CauseRow key={cause.id} cause={cause} />
          ))}
        </ul>
      )}
    </section>
  )
}

function CauseRow({ cause }: { cause: Cause }) {
  const { s, p, d, of, oc, slack, words } = cause
  return (
    <li>
      <p className="row">
        <span className={`class-sign ${(cause.class ?? 'none').replace(' ', '-')}`}>{classWord(cause.class)}</span>
        <b>
          <Name>{nameOf(cause)}</Name>
        </b>
        {cause.kind === 'mode' ? (
          <Link href={`/assets/${encodeURIComponent(cause.subject)}`}>
            <Name>{cause.subject}</Name>
          </Link>
        ) : (
          <span className="soft">
            <Name>{cause.subject}</Name>
          </span>
        )}
      </p>
      <details className="more">
        <summary className="num">
          {i18n.t('Severity {s} · probability {p} · deficit {d}', { s, p, d })}
          {slack !== null &&
            ` · ${slack < 0 ? i18n.t('over the MTD by {time}', { time: formatDuration(-slack) }) : i18n.t('slack {time}', { time: formatDuration(slack) })}`}
        </summary>
        <dl className="cause-words">
          <dt>{i18n.t('Severity {s}', { s })}</dt>
          <dd>
            <Name>{toldCause(words.s)}</Name>
          </dd>
          <dt>{i18n.t('By failure {of}', { of })}</dt>
          <dd>
            <Name>{toldCause(words.of)}</Name>
          </dd>
          <dt>{i18n.t('By attack {oc}', { oc })}</dt>
          <dd>
            <Name>{toldCause(words.oc)}</Name>
          </dd>
          <dt>{i18n.t('Deficit {d}', { d })}</dt>
          <dd>
            <Name>{toldCause(words.d)}</Name>
          </dd>
        </dl>
      </details>
    </li>
  )
}

function nameOf({ kind, name }: Cause): string {
  return { mode: toldMode(name), zone: i18n.t('the whole zone'), domain: i18n.t('the whole domain') }[kind]
}
