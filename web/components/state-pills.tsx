import { i18n } from '@lingui/core'
import {
  iconCircleDot,
  iconClock,
  iconCompare,
  iconDisconnected,
  iconErrorFilled,
  iconStarFilled,
  iconSuccess,
} from '@siemens/ix-icons/icons'
import type { Freshness } from '../../src/api/schema/map.ts'
import { Pill, type Tone } from './pill.tsx'

interface Look {
  readonly tone: Tone
  readonly icon: string
  readonly word: string
  readonly title?: string
}

/** How fresh what is known of something is. */
export function freshnessLook(state: Freshness): Look {
  if (state === 'fresh') return { tone: 'ok', icon: iconSuccess, word: i18n.t('Fresh') }
  if (state === 'stale') return { tone: 'warn', icon: iconClock, word: i18n.t('Stale') }
  if (state === 'never') return { tone: 'bad', icon: iconCircleDot, word: i18n.t('Never captured') }
  return { tone: 'bad', icon: iconDisconnected, word: i18n.t('Uncovered') }
}

export const driftLook = (): Look => ({ tone: 'bad', icon: iconCompare, word: i18n.t('Drifted') })
export const changedLook = (): Look => ({
  ...{ tone: 'warn', icon: iconCompare, word: i18n.t('Changed') },
  title: i18n.t('It has changed, and no version of it is approved'),
})
export const failedLook = (): Look => ({ tone: 'bad', icon: iconErrorFilled, word: i18n.t('Capture failed') })

interface State {
  readonly state: Freshness
  readonly failed: boolean
  readonly drifted: boolean
  readonly changed: boolean
  readonly approved?: boolean
}

export function StatePills({ state, failed, drifted, changed, approved = false }: State) {
  const looks = [freshnessLook(state)]
  if (changed) looks.unshift(changedLook())
  if (drifted) looks.unshift(driftLook())
  if (failed) looks.unshift(failedLook())
  return (
    <span className="row pills">
      {looks.map(({ tone, icon, word, ...more }) => (
        <Pill key={word} tone={tone} icon={icon} {...more}>
          {word}
        </Pill>
      ))}
      {approved && !drifted && (
        <Pill tone="plain" icon={iconStarFilled} title={i18n.t('The device holds the approved version')}>
          {i18n.t('Approved')}
        </Pill>
      )}
    </span>
  )
}
