import { i18n } from '@lingui/core'
import { iconErrorFilled, iconSuccess, iconWarningFilled } from '@siemens/ix-icons/icons'
import type { WhatIf } from '../../../src/api/schema/risk.ts'
import { Banner } from '../../components/banner.tsx'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Time } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { formatDuration } from '../../text/format-duration.ts'
import { toldPart } from '../../text/told.ts'
import { visibleText } from '../../text/visible-text.ts'
import { VersionName } from '../item/version-name.tsx'
import { BackAfter } from '../processes/back-after.tsx'

type ProcessAfter = WhatIf['processes'][number]

export function ProcessAfterwards({ process }: { process: ProcessAfter }) {
  const risk = process.outcome === 'runs-on' ? riskOf(process) : null
  return (
    <section className="card" aria-label={visibleText(process.name ?? process.id)}>
      <div className="card-head">
        <h2>
          <Link href={`/processes/${encodeURIComponent(process.id)}`}>
            <Name>{process.name ?? process.id}</Name>
          </Link>
        </h2>
        <OutcomeOfProcess outcome={process.outcome} atRisk={risk !== null} />
      </div>
      {risk !== null && (
        <div className="card-body">
          <Banner tone="warn" inside>
            <Name>{risk}</Name>
          </Banner>
        </div>
      )}
      <dl className="facts card-body">
        <div>
          <dt>{i18n.t('Back after, at least')}</dt>
          <dd>
            <BackAfter time={process.time} restorable={isRestorable(process)} />
          </dd>
        </div>
        <div>
          <dt>{i18n.t('MTD')}</dt>
          <dd>{process.mtd === null ? i18n.t('not stated') : formatDuration(process.mtd)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Data lost')}</dt>
          <dd>
            {lossWord(process)}{' '}
            {process.mtdl === 'broken' && <span className="bad-text">{i18n.t('more than the MTDL allows')}</span>}
          </dd>
        </div>
        {process.time !== null && process.time.unknown.length > 0 && (
          <div>
            <dt>{i18n.t('Not known')}</dt>
            <dd>
              <Name>{process.time.unknown.map(toldPart).join(', ')}</Name>
            </dd>
          </div>
        )}
      </dl>
      <details className="more copies-of">
        <summary>
          {i18n.t('{count, plural, one {Copies of # item} other {Copies of # items}}', { count: process.items.length })}
        </summary>
        <PlainTable rows={process.items} columns={copyColumns()} keyOf={({ item }) => item} />
      </details>
    </section>
  )
}

function lossWord({ loss, items }: ProcessAfter): string {
  if (loss !== null) return formatDuration(loss)
  const bare = items.some(({ lost, copies }) => lost && copies.length === 0)
  return bare ? i18n.t('all of what no copy is left of') : '–'
}

/** What a process that runs on loses is not the plant but its safety net; null where it keeps it. */
function riskOf({ items }: ProcessAfter): string | null {
  if (items.length === 0) return i18n.t('It runs on, but nothing of what it needs is backed up.')
  const bare = items.flatMap(({ item, copies }) => (copies.length === 0 ? [item] : []))
  const [named, more] = [bare.slice(0, 3).join(', '), bare.length - 3]
  if (bare.length === 0) return null
  return more > 0
    ? i18n.t(
        'It runs on, but no verified copy would be left of {named} and {more} more, should a device fail meanwhile.',
        { named, more },
      )
    : i18n.t('It runs on, but no verified copy would be left of {named}, should a device fail meanwhile.', { named })
}

function isRestorable({ outcome, items }: ProcessAfter): boolean {
  return outcome !== 'gone' && !items.some(({ lost, copies }) => lost && copies.length === 0)
}

function OutcomeOfProcess({ outcome, atRisk }: { outcome: ProcessAfter['outcome']; atRisk: boolean }) {
  const looks = {
    'runs-on': {
      tone: atRisk ? 'warn' : 'ok',
      icon: atRisk ? iconWarningFilled : iconSuccess,
      word: i18n.t('Runs on'),
    },
    'comes-back': { tone: 'info', icon: iconSuccess, word: i18n.t('Comes back from copies') },
    'in-part': { tone: 'warn', icon: iconWarningFilled, word: i18n.t('Comes back in part') },
    gone: { tone: 'bad', icon: iconErrorFilled, word: i18n.t('Nothing is left of it') },
  } as const
  const { tone, icon, word } = looks[outcome]
  return (
    <Pill tone={tone} icon={icon}>
      {word}
    </Pill>
  )
}

function copyColumns(): readonly Column<ProcessAfter['items'][number]>[] {
  return [
    {
      id: 'item',
      label: i18n.t('Item'),
      className: 'main-cell',
      cell: ({ item }) => (
        <Link href={itemPath(item, { part: 'copies' })}>
          <Name>{item}</Name>
        </Link>
      ),
    },
    { id: 'lost', label: i18n.t('On the device'), cell: ({ lost }) => (lost ? i18n.t('lost') : i18n.t('not touched')) },
    {
      id: 'copies',
      label: i18n.t('Copies'),
      className: 'whole-row',
      cell: ({ copies }) =>
        copies.length === 0 ? (
          <span className="bad-text">{i18n.t('no copy is left')}</span>
        ) : (
          copies.slice(0, 3).map(copy => (
            <p key={`${copy.place} ${copy.version}`}>
              <Name>{copy.place}</Name>: <VersionName id={copy.version} />, {i18n.t('seen')} <Time at={copy.seen} />
            </p>
          ))
        ),
    },
  ]
}
