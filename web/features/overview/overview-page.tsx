import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Overview } from '../../../src/api/schema/overview.ts'
import { Answer } from '../../components/answer.tsx'
import { Page } from '../../components/page.tsx'
import { Age } from '../../components/time.tsx'
import { ApprovalList } from '../activity/approval-list.tsx'
import { FirstCapture } from '../start/first-capture.tsx'
import { Counts } from './counts.tsx'
import { Needs } from './needs.tsx'
import { overviewQuery } from './overview-query.ts'
import { ProcessTable } from './process-table.tsx'
import './overview.css'

export function OverviewPage() {
  const query = useQuery(overviewQuery)
  return (
    <Page title={i18n.t('Overview')} actions={query.data && <NodeState overview={query.data} />}>
      <Answer query={query}>
        {overview => (
          <>
            <FirstCapture overview={overview} />
            <ApprovalList
              id="own-approvals"
              title={i18n.t('What you asked a second person for')}
              of={({ own }) => own}
            />
            <div className="overview-parts">
              <ProcessTable processes={overview.processes} />
              <Needs overview={overview} />
            </div>
            <Counts counts={overview.counts} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function NodeState({ overview }: { overview: Overview }) {
  return (
    <p className="soft small">
      {i18n.t('The node started')} <Age at={overview.started} />
    </p>
  )
}
