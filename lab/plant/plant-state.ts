import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, systemCode } from '../../src/errors.ts'
import { newHostKey } from '../devices/sftp-device.ts'

export const networkDevices = ['plc-filler', 'robot-palletiser', 'hmi-filler', 'switch-cell'] as const
export type NetworkDevice = (typeof networkDevices)[number]

/** What outlives a run of the plant, so that the devices are the same ones at the next start. */
export interface PlantState {
  readonly ports: Readonly<Record<NetworkDevice, number>>
  /** By the name of the secret, as the site file asks for it. */
  readonly passwords: Readonly<Record<NetworkDevice | 'switch-cell-enable', string>>
  /** Private keys in PEM form. */
  readonly hostKeys: Readonly<Record<'hmi-filler' | 'switch-cell', string>>
  /** The port of the pages at the last start; absent where the system chose it. */
  readonly page?: number
}

/** The ports of `site.yaml`: this one and the next ones, in the order of `networkDevices`. */
export const examplePort = 20_211

/** Who logs in, as the site file says. */
export const users: Readonly<Record<NetworkDevice, string>> = {
  'plc-filler': 'backup',
  'robot-palletiser': 'backup',
  'hmi-filler': 'service',
  'switch-cell': 'backup',
}

export function portsFrom(first: number): PlantState['ports'] {
  const [plc, robot, hmi, cell] = networkDevices
  return { [plc]: first, [robot]: first + 1, [hmi]: first + 2, [cell]: first + 3 } as PlantState['ports']
}

export function newPlantState(ports: PlantState['ports']): PlantState {
  const password = () => randomBytes(15).toString('base64url')
  return {
    ports,
    passwords: {
      'plc-filler': password(),
      'robot-palletiser': password(),
      'hmi-filler': password(),
      'switch-cell': password(),
      'switch-cell-enable': password(),
    },
    hostKeys: { 'hmi-filler': newHostKey(), 'switch-cell': newHostKey() },
  }
}

/** Where the device's content lies in a site folder. */
export function deviceFolder(folder: string, device: string): string {
  return path.join(folder, 'devices', device)
}

export async function writePlantState(folder: string, state: PlantState): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
}

/** Throws `not-found` where no plant was made. */
export async function readPlantState(folder: string): Promise<PlantState> {
  try {
    return JSON.parse(await readFile(stateFile(folder), 'utf8')) as PlantState
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw new BlackstartError('not-found', `There is no example plant in ${folder} yet. Start it: npm start`, {
      cause: error,
    })
  }
}

function stateFile(folder: string): string {
  return path.join(folder, 'plant.json')
}
