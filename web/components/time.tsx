import { i18n } from '@lingui/core'
import { useTimezone } from '../session/use-session.ts'
import { formatAge } from '../text/format-duration.ts'
import { formatTime } from '../text/format-time.ts'
import { useNow } from './now.ts'

/** A moment by the site's clock; its zone is in the title. */
export function Time({ at }: { at: string }) {
  const timezone = useTimezone()
  return (
    <time className="num" dateTime={at} title={`${formatTime(at, timezone, 'full')} · ${timezone}`}>
      {formatTime(at, timezone)}
    </time>
  )
}

/** How long until then: what should have come already comes now. */
export function Until({ at }: { at: string }) {
  const isPast = new Date(at).getTime() <= useNow().getTime()
  return isPast ? i18n.t('now') : <Age at={at} />
}

/** How long ago; the moment itself is in the title. */
export function Age({ at }: { at: string }) {
  const timezone = useTimezone()
  const now = useNow()
  return (
    <time dateTime={at} title={`${formatTime(at, timezone, 'full')} · ${timezone}`}>
      {formatAge(new Date(at), now)}
    </time>
  )
}
