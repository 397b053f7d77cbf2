import { i18n } from '@lingui/core'
import { iconSuccess } from '@siemens/ix-icons/icons'
import { useMemo, useState } from 'react'
import type { Need, Overview } from '../../../src/api/schema/overview.ts'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { SeverityPill } from '../../components/severity-pill.tsx'
import { Age } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'
import { told } from '../../text/told.ts'
import { groupNeeds, type NeedGroup } from './group-needs.ts'

/** Lines before the rest is asked for. */
const firstShown = 10

interface Props {
  readonly overview: Pick<Overview, 'needs' | 'needsTotal' | 'processes' | 'counts'>
}

/** What waits for somebody, the most urgent first, each with the way to act on it. */
export function Needs({ overview }: Props) {
  const { needs, needsTotal: total } = overview
  const [all, setAll] = useState(false)
  const groups = useMemo(() => groupNeeds(needs), [needs])
  const rows = all ? groups : groups.slice(0, firstShown)
  return (
    <section className="card" aria-labelledby="needs">
      <div className="card-head">
        <h2 id="needs">{i18n.t('What needs a person now')}</h2>
        {total > 0 && <span className="soft num">{total}</span>}
      </div>
      {needs.length === 0 ? (
        <NothingWaits overview={overview} />
      ) : (
        <ul className="rows">
          {rows.map(group => (
            <NeedRow key={group.first.id} group={group} />
          ))}
        </ul>
      )}
      {(groups.length > firstShown || total > needs.length) && (
        <p className="card-body row">
          {groups.length > firstShown && (
            <Button small aria-expanded={all} onClick={() => setAll(!all)}>
              {all
                ? i18n.t('The {count} most urgent', { count: firstShown })
                : i18n.t('all {total}', { total: groups.length })}
            </Button>
          )}
          {total > needs.length && (
            <span className="soft">
              {i18n.t('The {shown} most urgent of {total}.', { shown: needs.length, total })}
            </span>
          )}
        </p>
      )}
    </section>
  )
}

/** That nobody has to act at once is good news only where nothing grave is known. */
function NothingWaits({ overview: { processes, counts } }: Props) {
  const fails = processes.filter(({ verdict }) => verdict === 'FAIL').length
  const { high, medium, low } = counts.findings
  if (fails === 0 && high === 0) {
    return (
      <Empty small icon={iconSuccess} title={i18n.t('Nothing waits for anybody')}>
        <p>
          {i18n.t('No device has drifted, no capture fails, nothing is stale, and nobody waits for a second person.')}
        </p>
      </Empty>
    )
  }
  return (
    <div className="card-body row">
      <p>
        {i18n.t('No change and no capture waits for anybody.')}{' '}
        {i18n.t('Under Risk {count, plural, one {# finding waits} other {# findings wait}}, {high} of them grave.', {
          count: high + medium + low,
          high,
        })}
      </p>
      <Link className="btn small" href="/risk">
        {i18n.t('To the findings')}
      </Link>
    </div>
  )
}

function NeedRow({ group: { first: need, others } }: { group: NeedGroup }) {
  const act = actionOf(need, useMay('read-journal'))
  return (
    <li className="need">
      <SeverityPill severity={need.severity} />
      <div>
        <p className="need-what">
          <Name>{told(need.what)}</Name>
        </p>
        {need.remedy !== '' && (
          <p className="soft small">
            <Name>{told(need.remedy)}</Name>
          </p>
        )}
        {need.since !== null && (
          <p className="soft small">
            <Age at={need.since} />
          </p>
        )}
        {others.length > 0 && <Others first={need} others={others} />}
      </div>
      <Link className="btn small" href={act.href}>
        {act.label}
      </Link>
    </li>
  )
}

/** The same of other items, or what else the item waits for. */
function Others({ first, others }: { first: Need; others: readonly Need[] }) {
  const reads = useMay('read-journal')
  const items = new Set(others.map(({ item }) => item)).size
  const sameItem = items === 1 && others[0]?.item === first.item
  return (
    <details className="more">
      <summary>
        {sameItem
          ? i18n.t('{count, plural, one {# more reason} other {# more reasons}}', { count: others.length })
          : i18n.t('the same of {items, plural, one {# other item} other {# other items}}', {
              items: new Set(others.map(({ item }) => item).filter(item => item !== first.item)).size,
            })}
      </summary>
      <ul>
        {others.map(need => (
          <li key={need.id}>
            <Link href={actionOf(need, reads).href}>
              <Name>{told(need.what)}</Name>
            </Link>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** `reads`: whether the one who looks may read the journal. */
function actionOf({ kind, item, asset, zone }: Need, reads: boolean): { href: string; label: string } {
  const page = (part: string) =>
    item === null ? (asset === null ? '/risk' : `/assets/${encodeURIComponent(asset)}`) : itemPath(item, { part })
  switch (kind) {
    case 'drift':
    case 'unexpected':
    case 'unapproved':
      return { href: page('difference'), label: i18n.t('Read the difference') }
    case 'failure': {
      const ofZone = `/items?state=failed&zone=${encodeURIComponent(zone ?? '')}`
      return { href: item === null ? ofZone : page('timeline'), label: i18n.t('See what failed') }
    }
    case 'stale':
      return { href: page('timeline'), label: i18n.t('Look at it') }
    case 'approval':
      return { href: '/activity', label: i18n.t('Look at the request') }
    case 'site-refused':
      return { href: '/settings', label: i18n.t('Look at the errors') }
    case 'trigger':
      return { href: '/settings?part=node', label: i18n.t('Look at it') }
    case 'broken-glass': {
      // the journal has who, when and why; the timeline what the device held before and holds since
      const line = `/journal?what=request&item=${encodeURIComponent(item ?? '')}`
      return { href: reads && item !== null ? line : page('timeline'), label: i18n.t('Review the emergency write') }
    }
    case 'damage':
      return { href: '/risk?code=verification-errors', label: i18n.t('See what to do') }
    case 'integrity':
      return { href: '/journal', label: i18n.t('Look at the journal') }
  }
}
