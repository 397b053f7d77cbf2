import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../components/answer.tsx'
import { NoSuch } from '../../components/no-such.tsx'
import { Page } from '../../components/page.tsx'
import { Link } from '../../routing/link.tsx'
import type { RouteProps } from '../../routing/routes.ts'
import { visibleText } from '../../text/visible-text.ts'
import { InterviewForm } from './interview-form.tsx'
import { interviewQuery } from './interview-requests.ts'
import './interview.css'

/** What a plant can answer without a table: how long a process may stand still, what people need, how much may be lost. */
export function InterviewPage({ parts }: RouteProps) {
  const id = parts[0] ?? ''
  const query = useQuery({ ...interviewQuery(id), refetchOnWindowFocus: false })
  const name = visibleText(query.data?.name ?? id)
  return (
    <Page
      title={i18n.t('Interview: {name}', { name })}
      lead={i18n.t(
        'Ask the people of the process. Answer with a time such as 90s, 15m, 4h, 7d or 2w; 90 min and 2 hours are understood too. An empty answer keeps what is there, or leaves it open.',
      )}
      actions={
        <Link className="btn" href={`/processes/${encodeURIComponent(id)}`}>
          {i18n.t('To the process')}
        </Link>
      }
    >
      <Answer
        query={query}
        lines={12}
        absent={error => (
          <NoSuch
            {...{ id, error }}
            title={i18n.t('There is no such process')}
            list={{ href: '/', label: i18n.t('To the overview') }}
            pathOf={meant => `/processes/${encodeURIComponent(meant)}/interview`}
          />
        )}
      >
        {interview => <InterviewForm interview={interview} />}
      </Answer>
    </Page>
  )
}
