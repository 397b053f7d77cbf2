import { i18n } from '@lingui/core'
import {
  iconCircleDot,
  iconClock,
  iconCompare,
  iconDisconnected,
  iconErrorFilled,
  iconRefresh,
  iconSuccess,
} from '@siemens/ix-icons/icons'
import type { Overview } from '../../../src/api/schema/overview.ts'
import { Icon } from '../../components/icon.tsx'
import { Link } from '../../routing/link.tsx'

/** The site in seven figures; each leads to what it counts. */
export function Counts({ counts }: { counts: Overview['counts'] }) {
  const figures = [
    {
      tone: 'ok',
      icon: iconSuccess,
      label: i18n.t('Fresh'),
      count: counts.fresh,
      of: counts.items,
      href: '/items?state=fresh',
    },
    { tone: 'bad', icon: iconCompare, label: i18n.t('Drifted'), count: counts.drifted, href: '/items?state=drifted' },
    {
      tone: 'bad',
      icon: iconErrorFilled,
      label: i18n.t('Capture failed'),
      count: counts.failed,
      href: '/items?state=failed',
    },
    { tone: 'warn', icon: iconClock, label: i18n.t('Stale'), count: counts.stale, href: '/items?state=stale' },
    {
      tone: 'bad',
      icon: iconCircleDot,
      label: i18n.t('Never captured'),
      count: counts.never,
      href: '/items?state=never',
    },
    {
      tone: 'bad',
      icon: iconDisconnected,
      label: i18n.t('Uncovered'),
      count: counts.uncovered,
      href: '/items?show=assets&state=bare',
    },
    { tone: 'info', icon: iconRefresh, label: i18n.t('Being read'), count: counts.runs, href: '/activity' },
  ]
  return (
    <nav className="counts card" aria-label={i18n.t('The site in figures')}>
      {figures.map(({ tone, icon, label, count, of, href }) => (
        <Link key={label} href={href} className={count === 0 ? 'none' : tone}>
          <span className="soft">
            <Icon of={icon} />
            {label}
          </span>
          <b className="num">
            {count.toLocaleString(i18n.locale)}
            {of !== undefined && <small> / {of.toLocaleString(i18n.locale)}</small>}
          </b>
        </Link>
      ))}
    </nav>
  )
}
