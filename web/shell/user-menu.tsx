import { i18n } from '@lingui/core'
import { iconLanguage, iconLightDark, iconLogOut, iconUser } from '@siemens/ix-icons/icons'
import { useRef } from 'react'
import type { Session } from '../../src/api/schema/session.ts'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { Name } from '../components/name.tsx'
import { Link } from '../routing/link.tsx'
import { useSignOut } from '../session/use-sign-out.ts'
import { chooseLocale, locales } from '../text/locale.ts'
import { chooseTheme, useTheme } from './theme.ts'

export function UserMenu({ session }: { session: Session }) {
  const menu = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const other = i18n.locale === 'fr' ? 'en' : 'fr'
  const leave = useSignOut()
  const close = () => menu.current?.hidePopover()
  return (
    <>
      <Button kind="quiet" icon={iconUser} popoverTarget="user-menu" aria-label={i18n.t('Account and appearance')} />
      <div className="menu" id="user-menu" popover="auto" ref={menu}>
        <p className="menu-name">
          <Name>{session.person?.displayName ?? ''}</Name>
        </p>
        <Link href="/account" onClick={close}>
          <Icon of={iconUser} />
          {i18n.t('My account')}
        </Link>
        <button type="button" onClick={() => chooseTheme(theme === 'dark' ? 'light' : 'dark')}>
          <Icon of={iconLightDark} />
          {theme === 'dark' ? i18n.t('Light appearance') : i18n.t('Dark appearance')}
        </button>
        <button type="button" lang={other} onClick={() => void chooseLocale(other)}>
          <Icon of={iconLanguage} />
          {locales[other]}
        </button>
        <button type="button" onClick={() => leave.mutate()}>
          <Icon of={iconLogOut} />
          {i18n.t('Sign out')}
        </button>
      </div>
    </>
  )
}
