import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../components/answer.tsx'
import { Page } from '../../components/page.tsx'
import { runsQuery } from '../item/item-queries.ts'
import { CaptureAll } from '../items/capture-all.tsx'
import { ApprovalList } from './approval-list.tsx'
import { History } from './history.tsx'
import './activity.css'
import { Live } from './live-runs.tsx'
import { WrittenBack } from './written-back.tsx'

export function ActivityPage() {
  const query = useQuery(runsQuery)
  return (
    <Page title={i18n.t('Activity')} actions={<CaptureAll />}>
      <ApprovalList id="approvals" title={i18n.t('Waiting for a second person')} />
      <Answer query={query}>
        {({ rows }) => (
          <>
            <Live runs={rows.filter(({ state }) => state !== 'ended')} />
            <WrittenBack runs={rows.filter(({ state, does }) => state === 'ended' && does === 'write')} />
          </>
        )}
      </Answer>
      <History />
    </Page>
  )
}
