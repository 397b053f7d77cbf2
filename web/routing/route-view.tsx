import { i18n } from '@lingui/core'
import { iconQuestion } from '@siemens/ix-icons/icons'
import { Suspense, useReducer } from 'react'
import { Loading } from '../components/answer.tsx'
import { Empty } from '../components/empty.tsx'
import { Page } from '../components/page.tsx'
import { Link } from './link.tsx'
import { useLocation } from './location.ts'
import { RouteFaults } from './route-faults.tsx'
import type { RoutePage } from './route-page.ts'
import { routes } from './routes.ts'

export function RouteView() {
  const { pathname } = useLocation()
  for (const { pattern, page } of routes) {
    const found = pattern.exec(pathname)
    if (found !== null) return <Route key={pathname} page={page} parts={found.slice(1).map(decodePart)} />
  }
  return (
    <Page title={i18n.t('Not found')}>
      <div className="card">
        <Empty icon={iconQuestion} title={i18n.t('There is no page at this address')}>
          <Link className="btn" href="/">
            {i18n.t('To the overview')}
          </Link>
        </Empty>
      </div>
    </Page>
  )
}

function Route({ page, parts }: { page: RoutePage; parts: readonly string[] }) {
  const [, retried] = useReducer((tries: number) => tries + 1, 0)
  const Shown = page.shown()
  function again(): void {
    page.again()
    retried()
  }
  return (
    <RouteFaults onAgain={again}>
      <Suspense
        fallback={
          <div className="page">
            <Loading />
          </div>
        }
      >
        <Shown parts={parts} />
      </Suspense>
    </RouteFaults>
  )
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
