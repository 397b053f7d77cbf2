import { i18n } from '@lingui/core'
import { iconErrorFilled, iconSuccess, iconWarningFilled } from '@siemens/ix-icons/icons'
import type { WhatIf } from '../../../src/api/schema/risk.ts'
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

type ProcessAfter = WhatIf['processes'][number]

export function ProcessAfterwards({ process }: { process: ProcessAfter }) {
  return (
    <section className="card" aria-label={visibleText(process.name ?? process.id)}>
      <div className="card-head">
        <h2>
          <Link href={`/processes/${encodeURIComponent(process.id)}`}>
            <Name>{process.name ?? process.id}</Name>
          </Link>
        </h2>
        <OutcomeOfProcess outcome={process.outcome} />
      </div>
      <dl className="facts card-body">
        <div>
          <dt>{i18n.t('Back after, at least')}</dt>
          <dd>
            <BackAfter {...process} />
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

/** What goes on has no way back to wait for. */
function BackAfter({ outcome, time }: Pick<ProcessAfter, 'outcome' | 'time'>) {
  if (outcome === 'runs-on') return i18n.t('does not stop')
  return time === null || time.lower < 60_000 ? i18n.t('not known') : formatDuration(time.lower)
}

function OutcomeOfProcess({ outcome }: { outcome: ProcessAfter['outcome'] }) {
  const looks = {
    'runs-on': { tone: 'ok', icon: iconSuccess, word: i18n.t('Runs on') },
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
