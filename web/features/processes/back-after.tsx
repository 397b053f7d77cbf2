import { i18n } from '@lingui/core'
import type { ProcessDetail } from '../../../src/api/schema/risk.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { toldPart } from '../../text/told.ts'
import { visibleText } from '../../text/visible-text.ts'

/** The least that it takes to come back. Of less than a minute with parts not known, nothing that counts is known. */
export function BackAfter({ time, restorable }: Pick<ProcessDetail['scenarios'][number], 'time' | 'restorable'>) {
  if (time === null) return i18n.t('does not stop')
  if (!restorable) return <span className="bad-text">{i18n.t('not possible')}</span>
  const open = time.unknown.map(part => visibleText(toldPart(part))).join(', ')
  if (time.lower < 60_000) {
    return open === '' ? i18n.t('less than a minute') : <span title={open}>{i18n.t('not known')}</span>
  }
  return (
    <>
      {formatDuration(time.lower)}
      {open !== '' && (
        <p className="soft small" title={open}>
          {i18n.t('of what is known')}
        </p>
      )}
    </>
  )
}
