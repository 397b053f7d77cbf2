import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Run } from '../../../src/api/schema/run.ts'
import { Answer } from '../../components/answer.tsx'
import { Name } from '../../components/name.tsx'
import { OutcomePill } from '../../components/outcome-pill.tsx'
import { Page } from '../../components/page.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { toldFailure } from '../../text/told.ts'
import { reasonWord } from '../../text/words.ts'
import { runsQuery } from '../item/item-queries.ts'
import { VersionName } from '../item/version-name.tsx'
import { CaptureAll } from '../items/capture-all.tsx'
import { ApprovalList } from './approval-list.tsx'
import { History } from './history.tsx'
import './activity.css'
import { Live } from './live-runs.tsx'

export function ActivityPage() {
  const query = useQuery(runsQuery)
  return (
    <Page title={i18n.t('Activity')} actions={<CaptureAll />}>
      <ApprovalList id="approvals" title={i18n.t('Waiting for a second person')} />
      <Answer query={query}>
        {({ rows }) => (
          <>
            <Live runs={rows.filter(({ state }) => state !== 'ended')} />
            <Written runs={rows.filter(({ state, does }) => state === 'ended' && does === 'write')} />
          </>
        )}
      </Answer>
      <History />
    </Page>
  )
}

/** Write-backs are rare, and worth a look after they ended. */
function Written({ runs }: { runs: readonly Run[] }) {
  if (runs.length === 0) return null
  return (
    <section className="card" aria-labelledby="written">
      <div className="card-head">
        <h2 id="written">{i18n.t('Written back within the last hour')}</h2>
      </div>
      <ul className="rows">
        {runs.map(run => (
          <li key={run.id} className="live-run">
            <Link href={itemPath(run.item)}>
              <Name>{run.item}</Name>
            </Link>
            <span>
              {run.version !== null && <VersionName id={run.version} />} <Name>{reasonWord(run.reason)}</Name>
              {run.stoppedBy !== null && (
                <Name>{i18n.t('{name} stopped it before anything was written.', { name: run.stoppedBy })}</Name>
              )}
              {run.error !== null && (
                <>
                  {' '}
                  <span className="bad-text">
                    <Name>{toldFailure(run.error)}</Name>
                  </span>
                </>
              )}
            </span>
            {run.outcome !== null && <OutcomePill outcome={run.outcome} />}
          </li>
        ))}
      </ul>
    </section>
  )
}
