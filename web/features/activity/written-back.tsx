import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Run, Written } from '../../../src/api/schema/run.ts'
import { Name } from '../../components/name.tsx'
import { OutcomePill } from '../../components/outcome-pill.tsx'
import { Time } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { toldFailure } from '../../text/told.ts'
import { reasonWord } from '../../text/words.ts'
import { writtenQuery } from '../item/item-queries.ts'
import { VersionName } from '../item/version-name.tsx'

/** Write-backs as the journal holds them, and those of the last hour that never came to writing. */
export function WrittenBack({ runs }: { runs: readonly Run[] }) {
  const written = useQuery(writtenQuery).data?.rows ?? []
  const reads = useMay('read-journal')
  const unwritten = runs.filter(run => !written.some(one => isOf(one, run)))
  if (unwritten.length + written.length === 0) return null
  return (
    <section className="card" aria-labelledby="written">
      <div className="card-head">
        <h2 id="written">{i18n.t('Written back lately')}</h2>
        {reads && <Link href="/journal?what=restored">{i18n.t('All of them, in the journal')}</Link>}
      </div>
      <ul className="rows">
        {unwritten.map(run => (
          <UnwrittenRow key={run.id} run={run} />
        ))}
        {written.map(one => (
          <WrittenRow key={`${one.item} ${one.time}`} one={one} run={runs.find(run => isOf(one, run))} />
        ))}
      </ul>
    </section>
  )
}

function isOf({ item, time }: Written, { item: of, begun, ended }: Run): boolean {
  return item === of && begun !== null && ended !== null && time >= begun && time <= ended
}

function WrittenRow({ one, run }: { one: Written; run: Run | undefined }) {
  const { item, version, time, by, result, reason } = one
  return (
    <Row item={item} version={version} outcome={result === 'done' ? 'written' : 'failed'}>
      <Time at={time} /> · <Name>{by}</Name>
      {reason !== null && (
        <>
          : <Name>{reason}</Name>
        </>
      )}
      {run?.error != null ? (
        <Failure run={run} />
      ) : (
        result === 'mismatch' && (
          <p className="bad-text">{i18n.t('The device holds something else than what was written.')}</p>
        )
      )}
    </Row>
  )
}

function UnwrittenRow({ run }: { run: Run }) {
  return (
    <Row item={run.item} version={run.version} outcome={run.outcome}>
      {run.ended !== null && <Time at={run.ended} />} · <Name>{reasonWord(run.reason)}</Name>
      {run.stoppedBy !== null && (
        <p>
          <Name>{i18n.t('{name} stopped it before anything was written.', { name: run.stoppedBy })}</Name>
        </p>
      )}
      <Failure run={run} />
    </Row>
  )
}

function Failure({ run: { error } }: { run: Run }) {
  if (error === null) return null
  return (
    <p className="bad-text">
      <Name>{toldFailure(error)}</Name>
    </p>
  )
}

interface RowProps {
  readonly item: string
  readonly version: string | null
  readonly outcome: Run['outcome']
  /** When, by whom, why. */
  readonly children: ReactNode
}

function Row({ item, version, outcome, children }: RowProps) {
  return (
    <li className="live-run">
      <div>
        <Link href={itemPath(item)}>
          <Name>{item}</Name>
        </Link>
        {version !== null && (
          <p className="soft small">
            {i18n.t('from version')} <VersionName id={version} />
          </p>
        )}
      </div>
      <div>{children}</div>
      {outcome !== null && <OutcomePill outcome={outcome} />}
    </li>
  )
}
