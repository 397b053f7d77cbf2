import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Plan, ProcessDetail } from '../../../src/api/schema/risk.ts'
import { Answer } from '../../components/answer.tsx'
import { Name } from '../../components/name.tsx'
import { Page } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { VerdictPill } from '../../components/verdict-pill.tsx'
import { request } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import type { RouteProps } from '../../routing/routes.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told } from '../../text/told.ts'
import { classWord } from '../../text/words.ts'
import { VersionName } from '../item/version-name.tsx'
import { FindingList } from '../risk/finding-list.tsx'

const processQuery = (id: string) =>
  queryOptions({
    queryKey: ['process', id],
    queryFn: ({ signal }) => request<ProcessDetail>(`/api/processes/${encodeURIComponent(id)}`, { signal }),
  })

const planQuery = (process: string) =>
  queryOptions({
    queryKey: ['process', process, 'plan'],
    queryFn: ({ signal }) => request<Plan>(`/api/plan?${new URLSearchParams({ process })}`, { signal }),
  })

/** Why a process is judged as it is, what would be left of it in each scenario, and how it comes back. */
export function ProcessPage({ parts }: RouteProps) {
  const id = parts[0] ?? ''
  const query = useQuery(processQuery(id))
  return (
    <Page
      title={id}
      heading={<Name>{query.data?.name ?? id}</Name>}
      actions={query.data && <VerdictPill verdict={query.data.verdict} />}
    >
      <Answer query={query}>
        {process => (
          <>
            <Why process={process} />
            <Scenarios process={process} />
            <PlanPart process={process.id} />
            <FindingList of={process.id} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Why({ process }: { process: ProcessDetail }) {
  const span = (value: number | null) => (value === null ? i18n.t('not stated') : formatDuration(value))
  return (
    <section className="card padded stack" aria-label={i18n.t('Why')}>
      <ul className="why">
        {process.reasons.map(reason => (
          <li key={reason}>
            <Name>{told(reason)}</Name>
          </li>
        ))}
      </ul>
      <dl className="facts">
        <div>
          <dt>{i18n.t('Maximum tolerable downtime (MTD)')}</dt>
          <dd>{span(process.mtd)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Recovery time objective (RTO)')}</dt>
          <dd>{span(process.rto)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Criticality')}</dt>
          <dd>{classWord(process.class)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Rehearsed')}</dt>
          <dd>{process.lastRehearsed === null ? i18n.t('never') : <Time at={process.lastRehearsed} />}</dd>
        </div>
      </dl>
    </section>
  )
}

function Scenarios({ process }: { process: ProcessDetail }) {
  return (
    <section className="card" aria-labelledby="scenarios">
      <div className="card-head">
        <h2 id="scenarios">{i18n.t('What would be left in each scenario')}</h2>
      </div>
      <div className="table-frame">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{i18n.t('Lost')}</th>
              <th scope="col">{i18n.t('Verdict')}</th>
              <th scope="col">{i18n.t('Back after, at least')}</th>
              <th scope="col">{i18n.t('Data lost')}</th>
              <th scope="col">{i18n.t('Without a copy')}</th>
            </tr>
          </thead>
          <tbody>
            {process.scenarios.map(one => (
              <tr key={one.scenario}>
                <td className="main-cell">
                  <Name>{scenarioWord(one.scenario)}</Name>{' '}
                  {!one.inScope && <span className="soft small">{i18n.t('not asked for')}</span>}
                </td>
                <td>
                  <VerdictPill verdict={one.verdict} />
                </td>
                <td className="num">{one.time === null ? '–' : formatDuration(one.time.lower)}</td>
                <td className="num">{one.loss === null ? '–' : formatDuration(one.loss)}</td>
                <td>
                  {one.nothingLeft.length === 0 ? (
                    <span className="soft">–</span>
                  ) : (
                    <Name>{one.nothingLeft.join(', ')}</Name>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function PlanPart({ process }: { process: string }) {
  const query = useQuery(planQuery(process))
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
                        <Name>{step.words ?? i18n.t('By hand')}</Name>
                      ) : (
                        <code>{step.command}</code>
                      )}
                    </p>
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
                <b>{i18n.t('In all, people’s work not counted')}</b>
                <b className="num">
                  {plan.totalWhole ? '' : '≥ '}
                  {formatDuration(plan.total)}
                </b>
              </li>
            </ol>
          )
        }
      </Answer>
    </section>
  )
}

function scenarioWord(scenario: string): string {
  if (scenario === 'device') return i18n.t('One device')
  if (scenario === 'node') return i18n.t('The site node')
  if (scenario === 'site') return i18n.t('The premises')
  const [kind, id = ''] = scenario.split(/:(.*)/u)
  if (kind === 'domain') return i18n.t('Credential domain {id}', { id })
  return kind === 'zone' ? i18n.t('Zone {id}', { id }) : scenario
}
