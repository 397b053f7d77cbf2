import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ProcessDetail } from '../../../src/api/schema/risk.ts'
import { Answer } from '../../components/answer.tsx'
import { Name } from '../../components/name.tsx'
import { NoSuch } from '../../components/no-such.tsx'
import { Page } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { VerdictPill } from '../../components/verdict-pill.tsx'
import { request } from '../../requests/request.ts'
import { Link } from '../../routing/link.tsx'
import type { RouteProps } from '../../routing/routes.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told } from '../../text/told.ts'
import { classWord } from '../../text/words.ts'
import { FindingList } from '../risk/finding-list.tsx'
import { PlanPart } from './recovery-plan.tsx'
import { Scenarios } from './scenario-table.tsx'

const processQuery = (id: string) =>
  queryOptions({
    queryKey: ['process', id],
    queryFn: ({ signal }) => request<ProcessDetail>(`/api/processes/${encodeURIComponent(id)}`, { signal }),
  })

/** Why a process is judged as it is, what would be left of it in each scenario, and how it comes back. */
export function ProcessPage({ parts }: RouteProps) {
  const id = parts[0] ?? ''
  const query = useQuery(processQuery(id))
  return (
    <Page
      title={id}
      heading={<Name>{query.data?.name ?? id}</Name>}
      actions={
        query.data && (
          <span className="buttons">
            <VerdictPill verdict={query.data.verdict} />
            <Link className="btn" href={`/processes/${encodeURIComponent(id)}/interview`}>
              {i18n.t('Answer its questions')}
            </Link>
          </span>
        )
      }
    >
      <Answer
        query={query}
        absent={error => (
          <NoSuch
            {...{ id, error }}
            title={i18n.t('There is no such process')}
            list={{ href: '/', label: i18n.t('To the overview') }}
            pathOf={meant => `/processes/${encodeURIComponent(meant)}`}
          />
        )}
      >
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
