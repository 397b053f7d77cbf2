import { i18n } from '@lingui/core'
import { iconQuestion } from '@siemens/ix-icons/icons'
import { Suspense } from 'react'
import { Loading } from '../components/answer.tsx'
import { Empty } from '../components/empty.tsx'
import { Page } from '../components/page.tsx'
import { Link } from './link.tsx'
import { useLocation } from './location.ts'
import { routes } from './routes.ts'

export function RouteView() {
  const { pathname } = useLocation()
  for (const { pattern, page: Shown } of routes) {
    const found = pattern.exec(pathname)
    if (found === null) continue
    return (
      <Suspense
        fallback={
          <div className="page">
            <Loading />
          </div>
        }
      >
        <Shown key={pathname} parts={found.slice(1).map(decodePart)} />
      </Suspense>
    )
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

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
