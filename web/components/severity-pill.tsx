import { iconErrorFilled, iconInfo, iconWarningFilled } from '@siemens/ix-icons/icons'
import type { Severity } from '../../src/api/schema/common.ts'
import { severityWord } from '../text/words.ts'
import { Pill } from './pill.tsx'

const looks = {
  high: { tone: 'bad', icon: iconErrorFilled },
  medium: { tone: 'warn', icon: iconWarningFilled },
  low: { tone: 'plain', icon: iconInfo },
} as const

export function SeverityPill({ severity }: { severity: Severity }) {
  return <Pill {...looks[severity]}>{severityWord(severity)}</Pill>
}
