import { i18n } from '@lingui/core'
import type { Run } from '../../src/api/schema/run.ts'
import { useCutOff } from '../live/live-state.ts'
import { formatBytes } from '../text/format-bytes.ts'
import { formatDuration } from '../text/format-duration.ts'
import { runStateWord } from '../text/words.ts'
import { useNow } from './now.ts'

/** How far a run is, as far as that is known: a share only where the size is. */
export function RunProgress({ run }: { run: Run }) {
  const clock = useNow()
  const cutOff = useCutOff()
  // nobody knows how far it is by now
  const now = cutOff ?? clock
  const { bytes, files, expectedBytes, bytesPerSecond } = run.progress
  const moves = run.state === 'reading' || run.state === 'writing' || run.state === 'reading-back'
  const known = moves && expectedBytes !== null && expectedBytes > 0 && bytes <= expectedBytes
  const share = known ? bytes / expectedBytes : null
  const left =
    known && bytesPerSecond !== null && bytesPerSecond > 0 ? ((expectedBytes - bytes) / bytesPerSecond) * 1000 : null
  const since = run.begun === null ? null : now.getTime() - Date.parse(run.begun)
  const words = [
    cutOff === null ? null : i18n.t('when the node was last heard'),
    runStateWord(run),
    files > 0 ? i18n.t('{files, plural, one {# file} other {# files}}', { files }) : null,
    bytes > 0
      ? known
        ? i18n.t('{done} of about {all}', { done: formatBytes(bytes), all: formatBytes(expectedBytes) })
        : formatBytes(bytes)
      : null,
    moves && bytesPerSecond !== null ? `${formatBytes(bytesPerSecond)}/s` : null,
    left !== null
      ? i18n.t('{time} left', { time: formatDuration(left, 'short') })
      : since !== null && since > 0
        ? i18n.t('for {time}', { time: formatDuration(since, 'short') })
        : null,
  ]
  return (
    <div className="run-progress running">
      {run.state !== 'ended' && run.state !== 'waiting' && (
        <div
          className={`meter ${share === null ? 'unknown' : ''}`}
          role="progressbar"
          aria-label={runStateWord(run)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        >
          <span style={share === null ? undefined : { width: `${share * 100}%` }} />
        </div>
      )}
      <p className="soft small num wrap">{words.filter(word => word !== null).join(' · ')}</p>
    </div>
  )
}
