import { i18n } from '@lingui/core'
import type { ReactNode } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import { Name } from '../../components/name.tsx'
import { Age, Time, Until } from '../../components/time.tsx'
import { Link } from '../../routing/link.tsx'
import { formatDuration } from '../../text/format-duration.ts'
import { classWord } from '../../text/words.ts'

/** `folded`: what is read below them begins on the first screen. */
export function ItemFacts({ item, folded }: { item: Item; folded: boolean }) {
  if (!folded) return <Facts item={item} />
  return (
    <details className="more">
      <summary>{i18n.t('Facts of the item')}</summary>
      <Facts item={item} />
    </details>
  )
}

function Facts({ item }: { item: Item }) {
  return (
    <section className="card" aria-label={i18n.t('Facts')}>
      <dl className="facts item-facts">
        <Fact label={i18n.t('Confirmed by reading')}>
          {item.lastConfirmed === null ? i18n.t('never') : <Age at={item.lastConfirmed} />}
        </Fact>
        <Fact label={i18n.t('Next capture')}>
          {item.due === null ? i18n.t('not planned') : <Until at={item.due} />}
        </Fact>
        <Fact label={i18n.t('Interval')}>
          {formatDuration(item.interval)} <span className="soft small">{sourceWord(item.schedule.source)}</span>
        </Fact>
        <Fact label={i18n.t('Stale from')}>{item.staleAt === null ? '–' : <Time at={item.staleAt} />}</Fact>
        <Fact label={i18n.t('Copies')}>
          {item.copies}, <span className="soft small">{item.copiesMet ? i18n.t('enough') : i18n.t('too few')}</span>
        </Fact>
        <Fact label={i18n.t('Rehearsed')}>
          {item.lastDrilled === null ? i18n.t('never') : <Age at={item.lastDrilled} />}
          {item.drillPassed === false && <span className="bad-text"> {i18n.t('failed')}</span>}
        </Fact>
        <Fact label={i18n.t('Criticality')}>{classWord(item.class)}</Fact>
        <Fact label={i18n.t('Connector')}>
          <code>{item.via}</code>
        </Fact>
        <Fact label={i18n.t('Rolling back')}>{impactWord(item.restore)}</Fact>
        {item.processes.length > 0 && (
          <Fact label={i18n.t('Processes')}>
            {item.processes.map(process => (
              <Link key={process} className="listed" href={`/processes/${encodeURIComponent(process)}`}>
                <Name>{process}</Name>
              </Link>
            ))}
          </Fact>
        )}
        {item.notes !== null && (
          <Fact label={i18n.t('Notes')}>
            <Name>{item.notes}</Name>
          </Fact>
        )}
      </dl>
    </section>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function impactWord(impact: Item['restore']): string {
  return {
    writes: i18n.t('writes to the device'),
    stops: i18n.t('STOPS the machine'),
    unsupported: i18n.t('not possible: by hand'),
  }[impact]
}

function sourceWord(source: string): string {
  const words: Readonly<Record<string, string>> = {
    typed: i18n.t('as site.yaml says'),
    derived: i18n.t('from the MTDL'),
    default: i18n.t('by default'),
  }
  return words[source] ?? source
}
