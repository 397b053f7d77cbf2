import { i18n } from '@lingui/core'
import { iconSuccess } from '@siemens/ix-icons/icons'
import type { Need } from '../../../src/api/schema/overview.ts'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { SeverityPill } from '../../components/severity-pill.tsx'
import { Age } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { told } from '../../text/told.ts'

/** What waits for somebody, the most urgent first, each with the way to act on it. */
export function Needs({ needs, total }: { needs: readonly Need[]; total: number }) {
  return (
    <section className="card" aria-labelledby="needs">
      <div className="card-head">
        <h2 id="needs">{i18n.t('What needs a person now')}</h2>
        {total > 0 && <span className="soft num">{total}</span>}
      </div>
      {needs.length === 0 ? (
        <Empty small icon={iconSuccess} title={i18n.t('Nothing waits for anybody')}>
          <p>
            {i18n.t('No device has drifted, no capture fails, nothing is stale, and nobody waits for a second person.')}
          </p>
        </Empty>
      ) : (
        <ul className="rows">
          {needs.map(need => (
            <NeedRow key={need.id} need={need} />
          ))}
        </ul>
      )}
      {total > needs.length && (
        <p className="card-body soft">
          {i18n.t('The {shown} most urgent of {total}.', { shown: needs.length, total })}
        </p>
      )}
    </section>
  )
}

function NeedRow({ need }: { need: Need }) {
  const act = actionOf(need)
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
      </div>
      <Link className="btn small" href={act.href}>
        {act.label}
      </Link>
    </li>
  )
}

function actionOf({ kind, item, asset }: Need): { href: string; label: string } {
  const page = (part: string) =>
    item === null ? (asset === null ? '/risk' : `/assets/${encodeURIComponent(asset)}`) : itemPath(item, { part })
  switch (kind) {
    case 'drift':
    case 'unexpected':
      return { href: page('difference'), label: i18n.t('Read the difference') }
    case 'failure':
      return { href: page('timeline'), label: i18n.t('See what failed') }
    case 'stale':
      return { href: page('timeline'), label: i18n.t('Look at it') }
    case 'approval':
      return { href: '/activity', label: i18n.t('Decide') }
    case 'site-refused':
      return { href: '/settings', label: i18n.t('Look at the errors') }
    case 'trigger':
      return { href: '/settings?part=node', label: i18n.t('Look at it') }
    case 'broken-glass':
    case 'integrity':
      return { href: '/journal', label: i18n.t('Look at the journal') }
  }
}
