import { i18n } from '@lingui/core'
import {
  iconAssetNetwork,
  iconCogwheel,
  iconDashboard,
  iconHistoryList,
  iconListText,
  iconMonitoring,
  iconShieldHalf,
  iconStorage,
  iconUser,
} from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { Icon } from '../components/icon.tsx'
import { overviewQuery } from '../features/overview/overview-query.ts'
import { Link } from '../routing/link.tsx'
import { useLocation } from '../routing/location.ts'
import { useMay } from '../session/use-session.ts'

export function places() {
  return [
    { href: '/', key: 'o', icon: iconDashboard, label: i18n.t('Overview'), of: ['/processes'] },
    { href: '/map', key: 'm', icon: iconAssetNetwork, label: i18n.t('Map'), of: ['/flows'] },
    { href: '/items', key: 'i', icon: iconListText, label: i18n.t('Assets and items'), of: ['/assets', '/start'] },
    { href: '/activity', key: 'a', icon: iconMonitoring, label: i18n.t('Activity'), of: [] },
    { href: '/risk', key: 'r', icon: iconShieldHalf, label: i18n.t('Risk'), of: [] },
    { href: '/storage', key: 's', icon: iconStorage, label: i18n.t('Storage'), of: [] },
    { href: '/journal', key: 'j', icon: iconHistoryList, label: i18n.t('Journal'), of: [] },
    { href: '/settings', key: 'e', icon: iconCogwheel, label: i18n.t('Settings'), of: [] },
  ] as const
}

export function Rail({ open, version }: { open: boolean; version: string }) {
  const { pathname } = useLocation()
  const needs = useQuery(overviewQuery).data?.needsTotal ?? 0
  const administers = useMay('manage-people')
  const readsJournal = useMay('read-journal')
  const within = (href: string) => pathname === href || pathname.startsWith(`${href}/`)
  return (
    <nav className={`rail ${open ? 'open' : ''}`} id="rail" aria-label={i18n.t('Pages')}>
      {places()
        .filter(({ href }) => readsJournal || href !== '/journal')
        .map(({ href, icon, label, of }) => {
          const current = href === '/' ? pathname === '/' || of.some(within) : within(href) || of.some(within)
          return (
            <Link key={href} href={href} aria-current={current ? 'page' : undefined}>
              <Icon of={icon} />
              {label}
              {href === '/' && needs > 0 && (
                <span className="count">
                  {needs}
                  <span className="hidden-text">
                    {' '}
                    {i18n.t('{needs, plural, one {needs a person} other {need a person}}', { needs })}
                  </span>
                </span>
              )}
            </Link>
          )
        })}
      {administers && (
        <Link href="/people" aria-current={within('/people') ? 'page' : undefined}>
          <Icon of={iconUser} />
          {i18n.t('People')}
        </Link>
      )}
      <p className="rail-foot">
        Blackstart {version}
        <br />
        {i18n.t('Shortcuts:')} <kbd>?</kbd>
      </p>
    </nav>
  )
}
