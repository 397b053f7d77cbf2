import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { WayUp } from '../../../src/api/schema/finding.ts'
import { Answer } from '../../components/answer.tsx'
import { Name } from '../../components/name.tsx'
import { request } from '../../requests/request.ts'
import { remediesOf } from '../../text/told.ts'
import { classWord } from '../../text/words.ts'
import { stageWords } from './stage-words.ts'

const wayUpQuery = queryOptions({
  queryKey: ['findings', 'next'],
  queryFn: ({ signal }) => request<WayUp>('/api/findings/next', { signal }),
})

/** What to do first, and what after it. */
export function WayUpPart() {
  const query = useQuery(wayUpQuery)
  return (
    <section className="card" aria-labelledby="way-up">
      <div className="card-head">
        <h2 id="way-up">{i18n.t('In which order')}</h2>
        <p className="soft small">{i18n.t('What makes most difference for what matters most comes first.')}</p>
      </div>
      <Answer query={query}>
        {({ steps }) => (
          <ol className="rows">
            {steps.map(step => (
              <WayStep key={step.number} step={step} />
            ))}
          </ol>
        )}
      </Answer>
    </section>
  )
}

function WayStep({ step }: { step: WayUp['steps'][number] }) {
  const words = stageWords(step.stage)
  return (
    <li className="plan-step">
      <b className="num">{step.number}</b>
      <div>
        <p className="need-what">{words === null ? <Name>{step.title}</Name> : words.title}</p>
        <p className="soft">{words === null ? <Name>{step.why}</Name> : words.why}</p>
        <details className="more">
          <summary>{i18n.t('{count, plural, one {# finding} other {# findings}}', { count: step.count })}</summary>
          <ul>
            {remediesOf(step).map(remedy => (
              <li key={remedy}>
                <Name>{remedy}</Name>
              </li>
            ))}
          </ul>
        </details>
      </div>
      <span className="soft small">{step.class !== null && classWord(step.class)}</span>
    </li>
  )
}
