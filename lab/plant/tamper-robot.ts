import { openFtpFiles } from './device-files.ts'
import type { PlantState } from './plant-state.ts'

/** Runs the robot faster and lowers the corner of the pallet, by registers. Returns what was done, for a sentence. */
export async function tamperRobot(state: PlantState): Promise<string> {
  await using files = await openFtpFiles(state, 'robot-palletiser')
  const numbers = (await files.read('MD:NUMREG.VA')).toString('latin1')
  const positions = (await files.read('MD:POSREG.VA')).toString('latin1')
  const speed = /\[2\] = (\d+) {2}'Joint speed'/.exec(numbers)
  const corner = /'Pallet corner' \r?\n.*\r?\n.*Z:\s*(-?[\d.]+)/.exec(positions)
  if (speed === null || corner === null) throw new Error('the registers of the robot are not those of the example')
  const faster = speed[1] === '100' ? 70 : Math.min(100, Number(speed[1]) + 15)
  const lower = Number(corner[1]) - 4.5
  const from = corner.index + corner[0].length - (corner[1]?.length ?? 0)
  const before = positions.slice(0, from).replace(/Z:\s*$/, `Z:${lower.toFixed(3).padStart(10)}`)
  await files.write('MD:NUMREG.VA', Buffer.from(numbers.replace(speed[0], `[2] = ${faster}  'Joint speed'`), 'latin1'))
  await files.write('MD:POSREG.VA', Buffer.from(before + positions.slice(from + (corner[1]?.length ?? 0)), 'latin1'))
  return `set the joint speed from ${speed[1]} to ${faster} % and moved the pallet corner from Z ${corner[1]} to ${lower.toFixed(3)} mm`
}
