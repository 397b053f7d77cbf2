import {
  iconAddCircle,
  iconDoubleCheck,
  iconErrorFilled,
  iconHand,
  iconRestore,
  iconSuccess,
} from '@siemens/ix-icons/icons'
import type { Run } from '../../src/api/schema/run.ts'
import { outcomeWord } from '../text/words.ts'
import { Pill } from './pill.tsx'

const looks = {
  version: { tone: 'info', icon: iconAddCircle },
  equivalent: { tone: 'plain', icon: iconDoubleCheck },
  confirmed: { tone: 'plain', icon: iconSuccess },
  failed: { tone: 'bad', icon: iconErrorFilled },
  written: { tone: 'ok', icon: iconRestore },
  interrupted: { tone: 'warn', icon: iconHand },
} as const

export function OutcomePill({ outcome }: { outcome: NonNullable<Run['outcome']> }) {
  return <Pill {...looks[outcome]}>{outcomeWord(outcome)}</Pill>
}
