import { i18n } from '@lingui/core'
import { iconErrorFilled, iconQuestionFilled, iconShieldCheckFilled } from '@siemens/ix-icons/icons'
import type { Verdict } from '../../src/api/schema/overview.ts'
import { Pill } from './pill.tsx'

export function VerdictPill({ verdict }: { verdict: Verdict }) {
  if (verdict === 'PROVEN') {
    return (
      <Pill tone="ok" icon={iconShieldCheckFilled} title={i18n.t('It can be restored in time, and that was measured')}>
        {i18n.t('PROVEN')}
      </Pill>
    )
  }
  if (verdict === 'FAIL') {
    return (
      <Pill
        tone="bad"
        icon={iconErrorFilled}
        title={i18n.t('It cannot be restored in time from copies that would survive')}
      >
        {i18n.t('FAIL')}
      </Pill>
    )
  }
  return (
    <Pill tone="warn" icon={iconQuestionFilled} title={i18n.t('Nothing speaks against it, but it was not shown')}>
      {i18n.t('UNPROVEN')}
    </Pill>
  )
}
