import { i18n } from '@lingui/core'
import { I18nProvider, useLingui } from '@lingui/react'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { Component, type ReactNode, Suspense, useState } from 'react'
import type { Session } from '../src/api/schema/session.ts'
import { errorText, Loading } from './components/answer.tsx'
import { Banner } from './components/banner.tsx'
import { Button } from './components/button.tsx'
import { Toasts } from './components/toasts.tsx'
import { ChangeTemporary } from './features/session/change-temporary.tsx'
import { FirstStart } from './features/session/first-start.tsx'
import { SignIn } from './features/session/sign-in.tsx'
import { queryClient } from './requests/query-client.ts'
import { RouteView } from './routing/route-view.tsx'
import { sessionQuery } from './session/use-session.ts'
import { Shell } from './shell/shell.tsx'

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <I18nProvider i18n={i18n}>
        <Faults>
          <Suspense fallback={<Loading />}>
            <Start />
          </Suspense>
          <Toasts />
        </Faults>
      </I18nProvider>
    </QueryClientProvider>
  )
}

function Start() {
  // every sentence is made while rendering: a change of language renders all anew
  const { i18n: language } = useLingui()
  const { data, error, refetch, isFetching } = useQuery(sessionQuery)
  const ended = useEnded(data?.person)
  if (data === undefined) {
    if (error === null) return <main aria-busy="true" aria-label={i18n.t('Loading')} />
    return (
      <main className="gate">
        <Banner
          tone="bad"
          inside
          title={i18n.t('Cut off')}
          action={
            <Button busy={isFetching} onClick={() => void refetch()}>
              {i18n.t('Try again')}
            </Button>
          }
        >
          {errorText(error)}
        </Banner>
      </main>
    )
  }
  if (data.first) return <FirstStart key={language.locale} />
  if (data.person === null) return <SignIn key={language.locale} session={data} ended={ended} />
  if (data.person.mustChangePassword) return <ChangeTemporary key={language.locale} session={data} />
  return (
    <Shell key={`${language.locale} ${data.person.name}`} session={data}>
      <RouteView />
    </Shell>
  )
}

/** Whose session has ended under these pages, which a person's own sign-out loads anew; null for nobody's. */
function useEnded(person: Session['person'] | undefined): string | null {
  const [last, setLast] = useState<string | null>(null)
  // who has just chosen a password knows why
  const name = person?.mustChangePassword === false ? person.name : null
  if (name !== null && name !== last) setLast(name)
  return person === null ? last : null
}

/** A fault of one page must not leave a blank screen. */
class Faults extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null }

  static getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault }
  }

  override render(): ReactNode {
    if (this.state.fault === null) return this.props.children
    return (
      <main className="gate">
        <Banner
          tone="bad"
          inside
          title={i18n.t('This page met a fault of its own')}
          action={<Button onClick={() => location.reload()}>{i18n.t('Reload')}</Button>}
        >
          {this.state.fault.message}
        </Banner>
      </main>
    )
  }
}
