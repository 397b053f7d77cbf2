import { i18n } from '@lingui/core'
import { iconCircle, iconCircleDot, iconErrorFilled, iconSuccessFilled } from '@siemens/ix-icons/icons'
import type { Run } from '../../../src/api/schema/run.ts'
import { Icon } from '../../components/icon.tsx'

const order = ['waiting', 'reading', 'writing', 'reading-back', 'comparing', 'storing'] as const

/** A write-back, step by step, until the device holds the version again. */
export function WriteSteps({ run, reached }: { run: Run; reached: Run['state'] }) {
  const labels: Readonly<Record<(typeof order)[number], string>> = {
    waiting: i18n.t('Wait for the device to be free'),
    reading: i18n.t('Safety capture of what it holds now'),
    writing: i18n.t('Write the version'),
    'reading-back': i18n.t('Read it back from the device'),
    comparing: i18n.t('Compare byte by byte'),
    storing: i18n.t('Record it'),
  }
  const good = run.outcome === 'written'
  const at = order.findIndex(step => step === (run.state === 'ended' ? reached : run.state))
  return (
    <ol className="write-steps">
      {order.map((step, position) => {
        const done = good || position < at
        const now = position === at && !good
        const broken = now && run.state === 'ended'
        const icon = broken ? iconErrorFilled : done ? iconSuccessFilled : now ? iconCircleDot : iconCircle
        const state = broken ? i18n.t('failed') : done ? i18n.t('done') : now ? i18n.t('going on') : i18n.t('to come')
        return (
          <li
            key={step}
            className={broken ? 'broken' : done ? 'done' : now ? 'now' : ''}
            aria-current={now ? 'step' : undefined}
          >
            <Icon of={icon} />
            {labels[step]}
            <span className="hidden-text"> ({state})</span>
          </li>
        )
      })}
    </ol>
  )
}
