import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Plan } from '../../../src/api/schema/risk.ts'
import { Answer } from '../../components/answer.tsx'
import { Name } from '../../components/name.tsx'
import { request } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMaySomewhere } from '../../session/use-session.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told } from '../../text/told.ts'
import { rollBackWord } from '../item/roll-back-word.ts'
import { VersionName } from '../item/version-name.tsx'

const planQuery = (process: string) =>
  queryOptions({
    queryKey: ['process', process, 'plan'],
    queryFn: ({ signal }) => request<Plan>(`/api/plan?${new URLSearchParams({ process })}`, { signal }),
  })

export function PlanPart({ process }: { process: string }) {
  const query = useQuery(planQuery(process))
  const writes = useMaySomewhere('write-to-device')
  return (
    <section className="card" aria-labelledby="plan">
      <div className="card-head">
        <h2 id="plan">{i18n.t('How it comes back')}</h2>
      </div>
      <Answer query={query}>
        {({ processes: [plan] }) =>
          plan === undefined ? null : (
            <ol className="rows">
              {plan.steps.map(step => (
                <li key={step.number} className="plan-step">
                  <b className="num">{step.number}</b>
                  <div>
                    <p>
                      <Link href={itemPath(step.item)}>
                        <Name>{step.item}</Name>
                      </Link>{' '}
                      {step.version !== null && <VersionName id={step.version} />}
                    </p>
                    <p className="soft small">
                      {step.to === 'by-hand' ? (
                        <Name>{step.words === null ? i18n.t('By hand') : told(step.words)}</Name>
                      ) : (
                        <code>{step.command}</code>
                      )}
                    </p>
                    {writes && step.to === 'device' && step.version !== null && (
                      <Link className="btn small" href={itemPath(step.item, { [rollBackWord]: step.version })}>
                        {i18n.t('Roll back to it…')}
                      </Link>
                    )}
                  </div>
                  <span className="num">
                    {step.measured === null ? (
                      <span className="soft">{i18n.t('not measured')}</span>
                    ) : (
                      formatDuration(step.measured)
                    )}
                  </span>
                </li>
              ))}
              <li className="plan-step">
                <span />
                <div>
                  <b>{i18n.t('In all, people’s work not counted')}</b>
                  {!plan.totalWhole && plan.total > 0 && (
                    <p className="soft small">
                      {i18n.t('What was measured of it takes {time}', { time: formatDuration(plan.total) })}
                    </p>
                  )}
                </div>
                <b className="num">
                  {plan.verdict === 'not-restorable' ? (
                    <span className="bad-text">{i18n.t('not possible')}</span>
                  ) : plan.totalWhole ? (
                    formatDuration(plan.total)
                  ) : (
                    <span className="soft">{i18n.t('not known')}</span>
                  )}
                </b>
              </li>
            </ol>
          )
        }
      </Answer>
    </section>
  )
}
