import { statSync } from 'node:fs'
import path from 'node:path'
import { BlackstartError, systemCode } from '../../src/errors.ts'
import { ciscoSwitch } from '../devices/cisco-switch.ts'
import { startCliDevice } from '../devices/cli-device.ts'
import { startFtpDevice } from '../devices/ftp-device.ts'
import { startSftpDevice } from '../devices/sftp-device.ts'
import { listenOnce } from './free-ports.ts'
import { historianFile, startHistorian } from './historian.ts'
import { deviceFolder, type NetworkDevice, networkDevices, type PlantState, users } from './plant-state.ts'
import { seedDevices } from './seed-devices.ts'

export interface PlantOptions {
  readonly state: PlantState
  readonly now: () => Date
  /** Milliseconds between two measurements of the historian. */
  readonly measureEvery: number
}

export interface PlantDevice {
  readonly id: string
  readonly what: string
  /** `host:port`, or a file. */
  readonly where: string
}

export interface Plant extends AsyncDisposable {
  readonly devices: readonly PlantDevice[]
}

/** Throws `refused` where a port is taken. */
export async function checkPorts(ports: PlantState['ports']): Promise<void> {
  for (const device of networkDevices) {
    if ((await listenOnce(ports[device])) === null) throw portTaken(device, ports[device])
  }
}

/**
 * Starts the bottling line's devices on 127.0.0.1; what they hold lies in `folder`/devices and is made where it is
 * missing. Throws `refused` where a port is taken.
 */
export async function startPlant(folder: string, options: PlantOptions): Promise<Plant> {
  await seedDevices(folder, options.now())
  const { ports } = options.state
  await using started = new AsyncDisposableStack()
  for (const [device, start] of Object.entries(starters) as [NetworkDevice, Starter][]) {
    started.use(
      await start(folder, options).catch((error: unknown) => {
        throw systemCode(error) === 'EADDRINUSE' ? portTaken(device, ports[device]) : error
      }),
    )
  }
  const file = historianFile(folder)
  started.use(startHistorian(file, options.measureEvery, options.now))
  const running = started.move()
  const at = (device: NetworkDevice) => `127.0.0.1:${ports[device]}`
  return {
    devices: [
      { id: 'plc-filler', what: 'filler PLC, FTP', where: at('plc-filler') },
      { id: 'robot-palletiser', what: 'palletiser robot, FTP', where: at('robot-palletiser') },
      { id: 'hmi-filler', what: 'HMI, SFTP', where: at('hmi-filler') },
      { id: 'switch-cell', what: 'switch, SSH', where: at('switch-cell') },
      { id: 'historian', what: 'historian, SQLite', where: path.relative(folder, file) },
    ],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type Starter = (folder: string, options: PlantOptions) => Promise<AsyncDisposable>

const starters: Readonly<Record<NetworkDevice, Starter>> = {
  'plc-filler': (folder, { state }) =>
    startFtpDevice({
      root: deviceFolder(folder, 'plc-filler'),
      port: state.ports['plc-filler'],
      user: users['plc-filler'],
      password: state.passwords['plc-filler'],
      quirks: { listStyle: 'dos' },
    }),
  'robot-palletiser': (folder, { state }) =>
    startFtpDevice({
      root: deviceFolder(folder, 'robot-palletiser'),
      port: state.ports['robot-palletiser'],
      user: users['robot-palletiser'],
      password: state.passwords['robot-palletiser'],
      quirks: {
        devicePrefix: 'MD:',
        listStyle: 'fanuc',
        hiddenFiles: ['BACKDATE.DT'],
        maxSessions: 1,
        feat: false,
        mlsd: false,
        mdtm: false,
        epsv: false,
      },
    }),
  'hmi-filler': (folder, { state }) =>
    startSftpDevice({
      folder: deviceFolder(folder, 'hmi-filler'),
      port: state.ports['hmi-filler'],
      user: users['hmi-filler'],
      password: state.passwords['hmi-filler'],
      hostKey: state.hostKeys['hmi-filler'],
    }),
  'switch-cell': (folder, { state }) => {
    const running = path.join(deviceFolder(folder, 'switch-cell'), 'running-config')
    const options = {
      port: state.ports['switch-cell'],
      user: users['switch-cell'],
      password: state.passwords['switch-cell'],
      hostKey: state.hostKeys['switch-cell'],
      dialogue: () =>
        ciscoSwitch({
          running,
          startup: path.join(deviceFolder(folder, 'switch-cell'), 'startup-config'),
          enablePassword: state.passwords['switch-cell-enable'],
          version: '15.2(7)E4',
          model: 'IE-4000-8T4G',
          serial: 'FDO2117X0LB',
          motd: '\r\nSaint-Aubin bottling, cell A. Authorised staff only.\r\n',
          now: () => Temporal.Instant.fromEpochMilliseconds(Math.trunc(statSync(running).mtimeMs)),
        }),
    }
    return startCliDevice(options)
  },
}

function portTaken(device: string, port: number): BlackstartError {
  return new BlackstartError(
    'refused',
    `Port ${port} of this machine, on which ${device} listens, is taken by another program. End that (ss -ltnp tells which it is), or start a plant on other ports beside it, four from a first one: npm start -- --site data/another --port 30211`,
    { facts: { device, port } },
  )
}
