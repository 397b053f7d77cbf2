import { i18n } from '@lingui/core'
import { iconBuildingBlock } from '@siemens/ix-icons/icons'
import type { ProcessRow } from '../../../src/api/schema/overview.ts'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { VerdictPill } from '../../components/verdict-pill.tsx'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told } from '../../text/told.ts'

/** Can each process be restored in time, and why. */
export function ProcessTable({ processes }: { processes: readonly ProcessRow[] }) {
  return (
    <section className="card" aria-labelledby="processes">
      <div className="card-head">
        <h2 id="processes">{i18n.t('Can it be restored in time?')}</h2>
      </div>
      {processes.length === 0 ? (
        <Empty icon={iconBuildingBlock} title={i18n.t('No process is described yet')}>
          <p>
            {i18n.t(
              'A process says what the plant lives on, how long it may stand still and what it needs. The verdicts follow from it.',
            )}
          </p>
          <Link className="btn" href="/settings">
            {i18n.t('Describe one in site.yaml')}
          </Link>
        </Empty>
      ) : (
        <ul className="rows">
          {processes.map(process => (
            <li key={process.id} className="process">
              <VerdictPill verdict={process.verdict} />
              <Link className="process-name" href={`/processes/${encodeURIComponent(process.id)}`}>
                <Name>{process.name ?? process.id}</Name>
              </Link>
              <div>
                <Reasons reasons={process.reasons} />
              </div>
              <Terms process={process} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The gravest in full; the others on request. */
function Reasons({ reasons }: { reasons: readonly string[] }) {
  const [first, ...others] = reasons
  if (first === undefined) return null
  return (
    <>
      <p className="reason">
        <Name>{told(first)}</Name>
      </p>
      {others.length > 0 && (
        <details className="more">
          <summary>
            {i18n.t('{count, plural, one {# more reason} other {# more reasons}}', { count: others.length })}
          </summary>
          <ul>
            {others.map(reason => (
              <li key={reason}>
                <Name>{told(reason)}</Name>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** How long it may stand still; the rest is told by its page. */
function Terms({ process: { id, mtd, mtdlStated } }: { process: ProcessRow }) {
  const may = useMay('read')
  return (
    <dl className="terms">
      <div>
        <dt title={i18n.t('Maximum tolerable downtime')}>{i18n.t('MTD')}</dt>
        <dd className="num">{mtd === null ? i18n.t('not stated') : formatDuration(mtd)}</dd>
      </div>
      {may && (mtd === null || !mtdlStated) && (
        <div>
          <dt className="hidden-text">{i18n.t('Interview')}</dt>
          <dd>
            <Link className="btn small" href={`/processes/${encodeURIComponent(id)}/interview`}>
              {i18n.t('Answer its questions')}
            </Link>
          </dd>
        </div>
      )}
    </dl>
  )
}
