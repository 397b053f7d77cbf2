import { i18n } from '@lingui/core'
import { iconErrorFilled, iconInfo, iconWarningFilled } from '@siemens/ix-icons/icons'
import type { Severity } from '../../src/api/schema/common.ts'
import { severityWord } from '../text/words.ts'
import { Pill } from './pill.tsx'

const looks = {
  high: { tone: 'bad', icon: iconErrorFilled },
  medium: { tone: 'warn', icon: iconWarningFilled },
  low: { tone: 'plain', icon: iconInfo },
} as const

/** `count`: of how many. */
export function SeverityPill({ severity, count }: { severity: Severity; count?: number }) {
  return (
    <Pill {...looks[severity]}>
      {severityWord(severity)}
      {count !== undefined && <span className="num">{count.toLocaleString(i18n.locale)}</span>}
    </Pill>
  )
}
