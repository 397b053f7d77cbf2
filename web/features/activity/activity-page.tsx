import { i18n } from '@lingui/core'
import { iconMonitoring } from '@siemens/ix-icons/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Run } from '../../../src/api/schema/run.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { OutcomePill } from '../../components/outcome-pill.tsx'
import { Page } from '../../components/page.tsx'
import { RunProgress } from '../../components/run-progress.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { reasonWord } from '../../text/words.ts'
import { approvalsQuery, runsQuery } from '../item/item-queries.ts'
import { VersionName } from '../item/version-name.tsx'
import { CaptureAll } from '../items/capture-all.tsx'
import { ApprovalRow, isOpen } from './approval-row.tsx'
import { History } from './history.tsx'
import './activity.css'

export function ActivityPage() {
  const query = useQuery(runsQuery)
  return (
    <Page title={i18n.t('Activity')} actions={<CaptureAll />}>
      <Waiting />
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

function Waiting() {
  const rows = useQuery(approvalsQuery).data?.rows.filter(isOpen) ?? []
  if (rows.length === 0) return null
  return (
    <section className="card" aria-labelledby="approvals">
      <div className="card-head">
        <h2 id="approvals">{i18n.t('Waiting for a second person')}</h2>
      </div>
      <ul className="rows">
        {rows.map(approval => (
          <li key={approval.id}>
            <ApprovalRow approval={approval} />
          </li>
        ))}
      </ul>
    </section>
  )
}

const shownAtOnce = 60

function Live({ runs }: { runs: readonly Run[] }) {
  const going = runs.toSorted((a, b) => Number(a.state === 'waiting') - Number(b.state === 'waiting'))
  return (
    <section className="card" aria-labelledby="live">
      <div className="card-head">
        <h2 id="live">{i18n.t('Going on')}</h2>
        <span className="soft num">{runs.length}</span>
      </div>
      {runs.length === 0 ? (
        <Empty icon={iconMonitoring} title={i18n.t('No device is being read')}>
          <p>
            {i18n.t('Captures begin by themselves at their interval, and when something is seen that may be a change.')}
          </p>
        </Empty>
      ) : (
        <ul className="rows">
          {going.slice(0, shownAtOnce).map(run => (
            <LiveRow key={run.id} run={run} />
          ))}
        </ul>
      )}
      {going.length > shownAtOnce && (
        <p className="list-foot">{i18n.t('{count} more wait.', { count: going.length - shownAtOnce })}</p>
      )}
    </section>
  )
}

function LiveRow({ run }: { run: Run }) {
  const may = useMay('capture')
  const stop = useMutation({
    mutationFn: () => request(`/api/runs/${encodeURIComponent(run.id)}/stop`, { method: 'POST' }),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <li className="live-run">
      <div>
        <Link href={itemPath(run.item)}>
          <Name>{run.item}</Name>
        </Link>
        <p className="soft small">
          {run.does === 'write' ? `${i18n.t('Writing back')} · ` : ''}
          <Name>{reasonWord(run.reason)}</Name>
        </p>
      </div>
      <RunProgress run={run} />
      {may && run.does === 'capture' && (
        <Button small busy={stop.isPending} onClick={() => stop.mutate()}>
          {i18n.t('Stop')}
        </Button>
      )}
    </li>
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
              {run.error !== null && (
                <>
                  {' '}
                  <span className="bad-text">
                    <Name>{run.error.message}</Name>
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
