import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import type { Run } from '../../../src/api/schema/run.ts'
import { Banner } from '../../components/banner.tsx'
import { Name } from '../../components/name.tsx'
import { useNow } from '../../components/now.ts'
import { RunProgress } from '../../components/run-progress.tsx'
import { StopRun } from '../../components/stop-run.tsx'
import { ApprovalRow, isOpen } from '../activity/approval-row.tsx'
import { approvalsQuery, runsQuery } from './item-queries.ts'
import { VersionName } from './version-name.tsx'
import { WriteSteps } from './write-steps.tsx'

/** Milliseconds for which a write-back that has ended stays in sight. */
const shownFor = 15 * 60_000

/** What happens with the item now: its captures and write-backs, and those that wait for a second person. */
export function ItemRuns({ item }: { item: Item }) {
  const runs = useQuery(runsQuery).data?.rows.filter(run => run.item === item.id) ?? []
  const approvals = useQuery(approvalsQuery).data?.rows ?? []
  const now = useNow().getTime()
  const waiting = approvals.filter(one => one.item === item.id && isOpen(one))
  const shown = runs.filter(run => {
    if (run.state !== 'ended') return true
    return run.does === 'write' && run.ended !== null && now - Date.parse(run.ended) < shownFor
  })
  if (waiting.length === 0 && shown.length === 0) return null
  return (
    <section className="stack" aria-label={i18n.t('What happens now')}>
      {waiting.map(approval => (
        <div className="card card-body padded" key={approval.id}>
          <ApprovalRow approval={approval} />
        </div>
      ))}
      {shown.map(run =>
        run.does === 'write' ? (
          <WriteRun key={run.id} run={run} zone={item.zone} />
        ) : (
          <ReadRun key={run.id} run={run} zone={item.zone} />
        ),
      )}
    </section>
  )
}

function ReadRun({ run, zone }: { run: Run; zone: string }) {
  return (
    <div className="card padded run-line">
      <RunProgress run={run} />
      <StopRun run={run} zone={zone} />
    </div>
  )
}

function WriteRun({ run, zone }: { run: Run; zone: string }) {
  const reached = useReached(run)
  return (
    <div className="card padded stack">
      <div className="row spread">
        <h2>
          {i18n.t('Rolling back')} {run.version !== null && <VersionName id={run.version} />}
        </h2>
        <StopRun run={run} zone={zone} />
      </div>
      <WriteSteps run={run} reached={reached} />
      {run.state !== 'ended' && <RunProgress run={run} />}
      {run.outcome === 'written' && run.version !== null && (
        <Banner tone="ok" inside title={<WrittenWords version={run.version} />} />
      )}
      {run.outcome !== null && run.outcome !== 'written' && (
        <Banner tone="bad" inside title={i18n.t('The version was not written back')}>
          <Name>{run.error?.message ?? ''}</Name> <Name>{run.error?.remedy ?? ''}</Name>
        </Banner>
      )}
    </div>
  )
}

function WrittenWords({ version }: { version: string }) {
  return (
    <>
      {i18n.t('The device holds this version again, read back and compared:')} <VersionName id={version} />
    </>
  )
}

/** The last step that was seen before it ended. */
function useReached(run: Run): Run['state'] {
  const [reached, setReached] = useState<Run['state']>(run.state === 'ended' ? 'writing' : run.state)
  useEffect(() => {
    if (run.state !== 'ended') setReached(run.state)
  }, [run.state])
  return reached
}
