import { i18n } from '@lingui/core'
import { iconAppMenu } from '@siemens/ix-icons/icons'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Session } from '../../src/api/schema/session.ts'
import { Button } from '../components/button.tsx'
import { ClippedName } from '../components/name.tsx'
import { ProofDialog } from '../features/session/proof-dialog.tsx'
import { listen } from '../live/listen.ts'
import { useLiveState } from '../live/live-state.ts'
import { Link } from '../routing/link.tsx'
import { useLocation } from '../routing/location.ts'
import { preloadPages } from '../routing/preload-pages.ts'
import { Banners } from './banners.tsx'
import { Clock } from './clock.tsx'
import { Rail } from './rail.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { UserMenu } from './user-menu.tsx'

export function Shell({ session, children }: { session: Session; children: ReactNode }) {
  const client = useQueryClient()
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const [open, setOpen] = useState(false)
  const { state } = useLiveState()
  const who = session.person?.name ?? ''
  useEffect(() => {
    const stop = new AbortController()
    listen(client, who, stop.signal)
    void preloadPages(stop.signal)
    return () => stop.abort()
  }, [client, who])
  useArrival(pathname, main, () => setOpen(false))
  return (
    <div className={`shell ${state}`}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {i18n.t('Skip to the content')}
      </button>
      <Link className="brand" href="/">
        <img src="/icon.svg" alt="" />
        Blackstart
      </Link>
      <header className="bar">
        <span className="burger">
          <Button
            kind="quiet"
            icon={iconAppMenu}
            aria-label={i18n.t('Menu')}
            aria-expanded={open}
            aria-controls="rail"
            onClick={() => setOpen(!open)}
          />
        </span>
        <ClippedName className="bar-site">{session.site}</ClippedName>
        <Clock timezone={session.timezone} />
        <UserMenu session={session} />
      </header>
      <Rail open={open} version={session.version} />
      <main className="main" id="main" tabIndex={-1} ref={main}>
        <Banners />
        {children}
      </main>
      <Shortcuts />
      <ProofDialog />
    </div>
  )
}

/** Whoever follows a link with the keyboard begins at the new page's top. */
function useArrival(pathname: string, main: { current: HTMLElement | null }, arrive: () => void): void {
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    arrive()
    main.current?.focus({ preventScroll: true })
  })
}
