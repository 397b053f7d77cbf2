import { i18n } from '@lingui/core'
import { iconMonitoring } from '@siemens/ix-icons/icons'
import type { Run } from '../../../src/api/schema/run.ts'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { RunProgress } from '../../components/run-progress.tsx'
import { StopRun } from '../../components/stop-run.tsx'
import { Time } from '../../components/time.tsx'
import { useCutOff } from '../../live/live-state.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { reasonWord } from '../../text/words.ts'

const shownAtOnce = 60

export function Live({ runs }: { runs: readonly Run[] }) {
  const going = runs.toSorted((a, b) => Number(a.state === 'waiting') - Number(b.state === 'waiting'))
  const since = useCutOff()
  return (
    <section className="card" aria-labelledby="live">
      <div className="card-head">
        <h2 id="live">{i18n.t('Going on')}</h2>
        {since === null ? (
          <span className="soft num">{runs.length}</span>
        ) : (
          <span className="soft">
            {i18n.t('as it was at')} <Time at={since.toISOString()} />
          </span>
        )}
      </div>
      {since !== null && runs.length === 0 ? (
        <Empty icon={iconMonitoring} title={i18n.t('Whether a device is being read cannot be seen now')}>
          <p>{i18n.t('The node does not answer. None was being read when it was last heard.')}</p>
        </Empty>
      ) : runs.length === 0 ? (
        <Empty small icon={iconMonitoring} title={i18n.t('No device is being read')}>
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
      <StopRun run={run} />
    </li>
  )
}
