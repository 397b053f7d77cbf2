import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { Banner } from '../components/banner.tsx'
import { Name } from '../components/name.tsx'
import { overviewQuery } from '../features/overview/overview-query.ts'
import { useLiveState } from '../live/live-state.ts'
import { Link } from '../routing/link.tsx'
import { useTimezone } from '../session/use-session.ts'
import { formatClock, formatTime } from '../text/format-time.ts'

/** What whoever looks at any page must know first. */
export function Banners() {
  const { data } = useQuery(overviewQuery)
  return (
    <>
      {data?.integrity != null && (
        <Banner tone="integrity" title={i18n.t('Integrity error: do not rely on what is stored until this is mended')}>
          <Name>{data.integrity}</Name>
        </Banner>
      )}
      <CutOff />
      {data?.site.refused === true && (
        <Banner
          tone="warn"
          title={i18n.t('site.yaml on the disk has errors: the definition before it stays in force')}
          action={<Link href="/settings">{i18n.t('Look at the errors')}</Link>}
        />
      )}
    </>
  )
}

function CutOff() {
  const live = useLiveState()
  const timezone = useTimezone()
  if (live.state !== 'cut-off') return null
  const today = Date.now() - live.since.getTime() < 12 * 3_600_000
  const time = today ? formatClock(live.since, timezone) : formatTime(live.since, timezone)
  return (
    <Banner tone="warn" title={i18n.t('Cut off from the node since {time}', { time })}>
      {i18n.t(
        'What is shown is of {time}. Whether the node still captures cannot be seen from here: look whether its machine runs and its network is up. This page comes back by itself.',
        { time },
      )}
    </Banner>
  )
}
