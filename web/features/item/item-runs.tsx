import { i18n } from '@lingui/core'
import { iconClose } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import type { Run } from '../../../src/api/schema/run.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { useNow } from '../../components/now.ts'
import { RunProgress } from '../../components/run-progress.tsx'
import { StopRun } from '../../components/stop-run.tsx'
import { told, toldFailure } from '../../text/told.ts'
import { ApprovalRow, isOpen } from '../activity/approval-row.tsx'
import { useDismissedRuns } from './dismissed-runs.ts'
import { approvalsQuery, runsQuery } from './item-queries.ts'
import { VersionName } from './version-name.tsx'
import { WriteSteps } from './write-steps.tsx'

/** Milliseconds for which a write-back that has ended stays in sight. */
const shownFor = 15 * 60_000

/** What is written to the item's device, and what waits for a second person. */
export function ItemRuns({ item }: { item: Item }) {
  const runs = useQuery(runsQuery).data?.rows.filter(run => run.item === item.id && run.does === 'write') ?? []
  const approvals = useQuery(approvalsQuery).data?.rows ?? []
  const now = useNow().getTime()
  const waiting = approvals.filter(one => one.item === item.id && isOpen(one))
  const { dismissed, dismiss } = useDismissedRuns()
  const live = runs.filter(({ state }) => state !== 'ended')
  const last = runs.find(run => run.state === 'ended')
  const late = last?.ended == null || now - Date.parse(last.ended) > shownFor || dismissed.has(last.id)
  // what goes on now matters more than what came before
  const shown = late || last === undefined || live.length > 0 ? live : [last]
  if (waiting.length === 0 && shown.length === 0) return null
  return (
    <section className="stack" aria-label={i18n.t('What happens now')}>
      {waiting.map(approval => (
        <div className="card card-body padded" key={approval.id}>
          <ApprovalRow approval={approval} />
        </div>
      ))}
      {shown.map(run => (
        <WriteRun key={run.id} run={run} zone={item.zone} onDismiss={() => dismiss(run.id)} />
      ))}
    </section>
  )
}

function WriteRun({ run, zone, onDismiss }: { run: Run; zone: string; onDismiss: () => void }) {
  const reached = useReached(run)
  if (run.outcome !== null) return <EndedWrite run={run} reached={reached} onDismiss={onDismiss} />
  return (
    <div className="card padded stack">
      <div className="row spread">
        <h2>
          {i18n.t('Rolling back')} {run.version !== null && <VersionName id={run.version} />}
        </h2>
        <StopRun run={run} zone={zone} />
      </div>
      <WriteSteps run={run} reached={reached} />
      <RunProgress run={run} />
    </div>
  )
}

/** One line, until the reader has taken note of it. */
function EndedWrite({ run, reached, onDismiss }: { run: Run; reached: Run['state']; onDismiss: () => void }) {
  const close = <Button small kind="quiet" icon={iconClose} aria-label={i18n.t('Dismiss')} onClick={onDismiss} />
  if (run.outcome === 'written' && run.version !== null)
    return <Banner tone="ok" inside title={<WrittenWords version={run.version} />} action={close} />
  return (
    <Banner tone="bad" inside title={i18n.t('The version was not written back')} action={close}>
      {run.stoppedBy !== null && (
        <Name>{i18n.t('{name} stopped it before anything was written.', { name: run.stoppedBy })}</Name>
      )}
      {run.error !== null && (
        <>
          <Name>{toldFailure(run.error)}</Name> <Name>{told(run.error.remedy)}</Name>
        </>
      )}
      <details className="more">
        <summary>{i18n.t('How far it came')}</summary>
        <WriteSteps run={run} reached={reached} />
      </details>
    </Banner>
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
