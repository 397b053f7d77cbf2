import { i18n } from '@lingui/core'
import { useNow } from '../components/now.ts'
import { useLiveState } from '../live/live-state.ts'
import { formatClock, formatDay } from '../text/format-time.ts'

/** The site's own time, whatever the reader's clock says, and whether the page is live. */
export function Clock({ timezone }: { timezone: string }) {
  const now = useNow()
  const { state } = useLiveState()
  const words = { live: i18n.t('Live'), connecting: i18n.t('Connecting'), 'cut-off': i18n.t('Cut off') }
  return (
    <div className="bar-clock" title={formatDay(now, timezone)}>
      <b className="num">{formatClock(now, timezone)}</b>
      <span role="status">
        <i className={`lamp ${state}`} aria-hidden="true" />{' '}
        <span className={state === 'live' ? undefined : 'unheard'}>{words[state]}</span> · {timezone}
      </span>
    </div>
  )
}
