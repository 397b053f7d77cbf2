import type { PlantState } from './plant-state.ts'
import { tamperHmi } from './tamper-hmi.ts'
import { tamperPlc } from './tamper-plc.ts'
import { tamperRobot } from './tamper-robot.ts'
import { tamperSwitch } from './tamper-switch.ts'

export interface Tampering {
  /** The item that shows it. */
  readonly item: string
  /** Who does it, to begin the sentence. */
  readonly who: string
  run(state: PlantState): Promise<string>
}

/** By the word of `npm run lab -- tamper WORD`. */
export const tamperings: Readonly<Record<string, Tampering>> = {
  plc: { item: 'plc-filler/program', who: 'A technician in a hurry', run: tamperPlc },
  switch: { item: 'switch-cell/configuration', who: 'A contractor', run: tamperSwitch },
  hmi: { item: 'hmi-filler/project', who: 'The night shift', run: tamperHmi },
  robot: { item: 'robot-palletiser/programs', who: 'An operator', run: tamperRobot },
}
