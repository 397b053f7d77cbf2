import { i18n } from '@lingui/core'
import { Component, type ReactNode, useEffect } from 'react'
import { Banner } from '../components/banner.tsx'
import { Button } from '../components/button.tsx'
import { Page } from '../components/page.tsx'
import { suspectLink, useLiveState } from '../live/live-state.ts'
import { reloadForOtherBuild } from './other-build.ts'
import { NotLoaded } from './route-page.ts'

interface Props {
  readonly onAgain: () => void
  readonly children: ReactNode
}

/** A page that fails leaves the shell as it is: the others are reached, and this one is tried again. */
export class RouteFaults extends Component<Props, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null }

  static getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault }
  }

  override render(): ReactNode {
    const { fault } = this.state
    if (fault === null) return this.props.children
    const again = () => {
      this.props.onAgain()
      this.setState({ fault: null })
    }
    return fault instanceof NotLoaded ? <PageNotLoaded onAgain={again} /> : <PageFault fault={fault} onAgain={again} />
  }
}

/** Milliseconds between two tries while the node answers. */
const pause = 2_000

function PageNotLoaded({ onAgain }: { onAgain: () => void }) {
  const { state } = useLiveState()
  useEffect(() => {
    suspectLink()
    const stop = new AbortController()
    reloadForOtherBuild(stop.signal).catch(() => undefined)
    return () => stop.abort()
  }, [])
  useEffect(() => {
    if (state !== 'live') return
    const timer = setTimeout(onAgain, pause)
    return () => clearTimeout(timer)
  }, [state, onAgain])
  return (
    <Page title={i18n.t('Not loaded')} heading={i18n.t('This page is not loaded yet')}>
      <Banner
        tone="warn"
        inside
        title={i18n.t('The node did not send this page')}
        action={<Button onClick={onAgain}>{i18n.t('Try again')}</Button>}
      >
        {i18n.t('It is tried again by itself once the node answers. Pages that you have seen before can be opened.')}
      </Banner>
    </Page>
  )
}

function PageFault({ fault, onAgain }: { fault: Error; onAgain: () => void }) {
  return (
    <Page title={i18n.t('Fault')} heading={i18n.t('This page met a fault of its own')}>
      <Banner
        tone="bad"
        inside
        title={i18n.t('The other pages work')}
        action={<Button onClick={onAgain}>{i18n.t('Try again')}</Button>}
      >
        {fault.message}
      </Banner>
    </Page>
  )
}
